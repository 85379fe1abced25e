package dev.terrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.flow.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/// Every row of `malformed-http2.txt`: what the client gets, that the handler is never asked, and
/// that a stream's fault leaves its connection alone.
@Timeout(120)
class MalformedHttp2Test {
  private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();

  private static TestListener server;

  private record Row(String expected, String name, List<String> fields) {}

  private static void serve(Exchange exchange) {
    try {
      SEEN.add(exchange.request().target());
      ListenerTest.answer(exchange, 200, "served");
    } catch (IOException gone) {
      exchange.abort();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    server = Http2ExchangeTest.tls(MalformedHttp2Test::serve);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static List<Row> rows() throws IOException {
    try (InputStream in = MalformedHttp2Test.class.getResourceAsStream("malformed-http2.txt")) {
      List<Row> rows = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        if (!line.isEmpty() && !line.startsWith("#")) {
          int bar = line.indexOf(" | ");
          String[] front = line.substring(0, bar).split(" ", 2);
          List<String> fields = new ArrayList<>();
          for (String field : line.substring(bar + 3).split(" ; ", -1)) {
            int blank = field.indexOf(' ');
            fields.add(MalformedRequests.unescape(field.substring(0, blank)));
            fields.add(MalformedRequests.unescape(field.substring(blank + 1)));
          }
          rows.add(new Row(front[0], front[1], fields));
        }
      }
      return rows;
    }
  }

  @Test
  void thereAreAtLeastFifty() throws Exception {
    assertThat(rows()).hasSizeGreaterThanOrEqualTo(50);
  }

  @TestFactory
  Stream<DynamicTest> everyRequestGetsWhatItsRowSays() throws Exception {
    return rows().stream().map(row -> DynamicTest.dynamicTest(row.name(), () -> verify(row)));
  }

  private static void verify(Row row) throws Exception {
    SEEN.clear();
    try (Http2Client client = Http2Client.open(server.port())) {
      client.get(1, row.fields().toArray(String[]::new));
      Http2Client.Outcome outcome = client.outcome(1);
      assertThat(SEEN).isEmpty();
      assertThat(shown(outcome)).isEqualTo(row.expected());
      if (!outcome.connectionClosed()) {
        client.get(3, Http2ExchangeTest.GET);
        assertThat(client.outcome(3).body()).isEqualTo("served");
      }
    }
  }

  private static String shown(Http2Client.Outcome outcome) {
    if (outcome.connectionClosed()) {
      return "closed";
    }
    return outcome.status() == 0 ? "reset" : Integer.toString(outcome.status());
  }
}
