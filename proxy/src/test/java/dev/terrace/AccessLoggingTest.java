package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.terrace.config.Settings;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the access log says of every way in which a request can be answered, and the metrics beside
/// it.
final class AccessLoggingTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String RULES = "[{\"name\":\"all\",\"pattern\":\"/*\",\"tags\":[\"a\"]}]";
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: ([0-9]+)\r\n");
  private static final int PATIENCE_MILLIS = 20_000;

  @TempDir private Path directory;

  private final List<String> asked = new ArrayList<>();
  private final CountDownLatch go = new CountDownLatch(1);
  private HttpServer target;
  private Terrace terrace;

  @BeforeEach
  void start() throws IOException {
    target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    target.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    target.createContext(
        "/",
        exchange -> {
          try (exchange) {
            synchronized (asked) {
              asked.add(exchange.getRequestHeaders().getFirst("traceparent"));
            }
            if (exchange.getRequestURI().getPath().equals("/wait")) {
              go.await();
            }
            exchange.getResponseHeaders().add("Cache-Control", "max-age=60");
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write("hello".getBytes(StandardCharsets.US_ASCII));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    target.start();
  }

  @AfterEach
  void stop() {
    go.countDown();
    target.stop(0);
  }

  @Test
  void everyAnswerHasALineWithWhatIsKnownOfIt() throws Exception {
    terrace = Terrace.start(settings(), "test");
    try (Terrace _ = terrace) {
      ask(get("/a?token=canary", "traceparent: 00-" + TRACE + "-00f067aa0ba902b7-01"));
      ask(get("/a?token=canary", "traceparent: 00-" + TRACE + "-00f067aa0ba902b7-01"));
      ask("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
      ask(get("/cache/stats", "X: y"));
      ask("GET /a\\b?token=canary HTTP/1.1\r\nHost: x\r\n\r\n");
      ask("\u0001\r\n\r\n");
      ask("CONNECT user:canary@x:1 HTTP/1.1\r\nHost: x\r\n\r\n");
      ask("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n");
    }
    // A line is written once its answer has left, so that the next request may be quicker.
    List<JsonNode> lines =
        lines().stream().sorted(Comparator.comparing(AccessLoggingTest::asAsked)).toList();
    assertThat(lines.toString()).doesNotContain("canary");
    assertThat(lines).hasSize(8);

    JsonNode miss = lines.get(0);
    assertThat(text(miss, "outcome")).isEqualTo("miss");
    assertThat(text(miss, "protocol")).isEqualTo("HTTP/1.1");
    assertThat(text(miss, "rule")).isEqualTo("all");
    assertThat(text(miss, "traceId")).isEqualTo(TRACE);
    assertThat(miss.get("targetMillis").doubleValue())
        .isPositive()
        .isLessThanOrEqualTo(miss.get("durationMillis").doubleValue());

    JsonNode hit = lines.get(1);
    assertThat(text(hit, "outcome")).isEqualTo("hit");
    assertThat(text(hit, "rule")).isEqualTo("all");
    assertThat(text(hit, "traceId")).isEqualTo(TRACE);
    assertThat(text(hit, "key")).isEqualTo(text(miss, "key"));
    assertThat(hit.has("targetMillis")).isFalse();

    JsonNode passed = lines.get(2);
    assertThat(text(passed, "outcome")).isEqualTo("bypass");
    assertThat(passed.get("targetMillis").doubleValue()).isPositive();
    assertThat(text(passed, "traceId")).matches("[0-9a-f]{32}");
    synchronized (asked) {
      assertThat(asked.get(0)).isEqualTo("00-" + TRACE + "-00f067aa0ba902b7-01");
      assertThat(asked.get(1)).startsWith("00-" + text(passed, "traceId") + "-");
    }

    assertThat(text(lines.get(3), "outcome")).isEqualTo("own");
    assertRefused(lines.get(4), 400, "GET", "/a\\b?token=***");
    assertRefused(lines.get(5), 400, "-", "-");
    assertRefused(lines.get(6), 405, "CONNECT", "-");
    assertRefused(lines.get(7), 413, "POST", "x/b");
  }

  @Test
  void whatIsShedIsLoggedAndCounted() throws Exception {
    terrace = Terrace.start(settings("--max-requests=1"), "test");
    try (Terrace _ = terrace;
        Socket waiting = new Socket(InetAddress.getLoopbackAddress(), terrace.port())) {
      waiting.getOutputStream().write(get("/wait", "X: y").getBytes(StandardCharsets.US_ASCII));
      Awaitility.await().until(this::wasAsked);
      assertThat(ask(get("/a", "X: y"))).startsWith("HTTP/1.1 503 ");
      go.countDown();
      waiting.setSoTimeout(PATIENCE_MILLIS);
      assertThat(answer(waiting.getInputStream())).endsWith("hello");
      int sheds = 1;
      String metrics = ask(get("/metrics", "X: y"));
      // The request that waited may still be at its last step.
      for (; sheds < 1_000 && metrics.startsWith("HTTP/1.1 503 "); sheds++) {
        metrics = ask(get("/metrics", "X: y"));
      }
      assertThat(metrics)
          .contains(
              "terrace_requests_total{layer=\"none\",outcome=\"own\",status_class=\"5xx\"} "
                  + sheds
                  + ".0");
    }
    assertThat(lines())
        .filteredOn(line -> line.get("status").intValue() == 503)
        .first()
        .satisfies(line -> assertRefused(line, 503, "GET", "x/a"));
  }

  @Test
  void aProblemTellsTheTraceThatItsLineHas() throws Exception {
    target.stop(0);
    terrace = Terrace.start(settings(), "test");
    String answer;
    try (Terrace _ = terrace) {
      answer = ask(get("/a", "X: y"));
    }
    assertThat(answer).startsWith("HTTP/1.1 502 ");
    JsonNode problem =
        JsonMapper.shared().readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    assertThat(problem.get("status").intValue()).isEqualTo(502);
    assertThat(lines())
        .singleElement()
        .satisfies(line -> assertThat(line.get("traceId")).isEqualTo(problem.get("traceId")));
  }

  private boolean wasAsked() {
    synchronized (asked) {
      return !asked.isEmpty();
    }
  }

  private static int asAsked(JsonNode line) {
    return List.of(
            "miss GET 200",
            "hit GET 200",
            "bypass POST 200",
            "own GET 200",
            "own GET 400",
            "own - 400",
            "own CONNECT 405",
            "own POST 413")
        .indexOf(
            text(line, "outcome")
                + " "
                + text(line, "method")
                + " "
                + line.get("status").intValue());
  }

  private static void assertRefused(JsonNode line, int status, String method, String url) {
    assertThat(line.get("status").intValue()).as(line.toString()).isEqualTo(status);
    assertThat(text(line, "method")).isEqualTo(method);
    assertThat(text(line, "url")).isEqualTo(url);
    assertThat(text(line, "outcome")).isEqualTo("own");
    assertThat(text(line, "peer")).isEqualTo("127.0.0.1");
    assertThat(line.get("bytes").intValue()).isPositive();
  }

  private static String text(JsonNode line, String name) {
    return line.get(name).stringValue();
  }

  private List<JsonNode> lines() throws IOException {
    return Files.readAllLines(directory.resolve("access.log")).stream()
        .map(JsonMapper.shared()::readTree)
        .toList();
  }

  private static String get(String target, String field) {
    String host = target.startsWith("/cache") || target.equals("/metrics") ? "localhost" : "x";
    return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + field + "\r\n\r\n";
  }

  /// On a connection of its own. No Connection: close, which would keep a hit off the fast lane:
  /// the answer ends where its Content-Length says.
  private String ask(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), terrace.port())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return answer(socket.getInputStream());
    }
  }

  private static String answer(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException(head.toString());
      }
      head.append((char) next);
    }
    Matcher length = LENGTH.matcher(head);
    assertThat(length.find()).as(head.toString()).isTrue();
    byte[] body = in.readNBytes(Integer.parseInt(length.group(1)));
    return head + new String(body, StandardCharsets.UTF_8);
  }

  private Settings settings(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--target-url=http://127.0.0.1:" + target.getAddress().getPort(),
                "--host=127.0.0.1",
                "--port=0",
                "--enable-file-cache=false",
                "--max-body-bytes=100",
                "--access-log=json",
                "--access-log-file=" + directory.resolve("access.log"),
                "--cache-rules=" + RULES));
    arguments.addAll(List.of(more));
    return Run.of(Map.of(), arguments.toArray(String[]::new)).serve().settings();
  }
}
