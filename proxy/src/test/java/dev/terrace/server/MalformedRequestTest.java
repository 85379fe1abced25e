package dev.terrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.flow.Exchange;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/// Every row of [MalformedRequests] over a real socket, in cleartext and over TLS: the exact
/// status, the connection closed, the handler never asked, nor for the request smuggled behind it.
@Timeout(120)
class MalformedRequestTest {
  private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();

  private static TestListener cleartext;
  private static TestListener tls;

  /// Reads the body as the flow does: a body that breaks ends the exchange.
  private static void serve(Exchange exchange) {
    try (var body = exchange.body()) {
      SEEN.add(exchange.request().target());
      while (body.read().hasRemaining()) {
        // The body does not matter, its end does.
      }
      SEEN.add("end of " + exchange.request().target());
      ListenerTest.answer(exchange, 200, "served");
    } catch (IOException broken) {
      exchange.abort();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    cleartext = TestListener.cleartext(MalformedRequestTest::serve);
    tls =
        new TestListener(
            Limits.DEFAULTS,
            Optional.of(TestCertificate.shared()),
            MalformedRequestTest::serve,
            Tunnels.NONE);
  }

  @AfterAll
  static void stop() {
    cleartext.close();
    tls.close();
  }

  @Test
  void thereAreAtLeastTwoHundred() {
    assertThat(MalformedRequests.all()).hasSizeGreaterThanOrEqualTo(200);
    assertThat(MalformedRequests.all().stream().map(MalformedRequests.Row::name))
        .doesNotHaveDuplicates();
  }

  @TestFactory
  Stream<DynamicTest> inCleartext() {
    return MalformedRequests.all().stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.name(), () -> verify(row, RawClient.cleartext(cleartext.port()))));
  }

  @TestFactory
  Stream<DynamicTest> overTls() {
    return MalformedRequests.all().stream()
        .map(
            row ->
                DynamicTest.dynamicTest(row.name(), () -> verify(row, RawClient.tls(tls.port()))));
  }

  private static void verify(MalformedRequests.Row row, RawClient client) throws Exception {
    SEEN.clear();
    try (client) {
      client.send(row.raw());
      String answer = client.readToEnd();
      assertThat(answer).matches("(?s)HTTP/1\\.[01] " + row.status() + " .*");
      assertThat(answer.split("HTTP/1\\.[01] \\d", -1)).as("answers, and before").hasSize(2);
      assertThat(answer)
          .containsIgnoringCase("content-type: application/problem+json\r\n")
          .contains("\r\nProxy-Status: terrace; error=http_request_error");
    }
    List<String> expected = row.faultInBody() ? List.of("/") : List.of();
    assertThat(SEEN).containsExactlyElementsOf(expected);
  }
}
