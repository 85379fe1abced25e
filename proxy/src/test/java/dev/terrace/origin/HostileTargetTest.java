package dev.terrace.origin;

import static dev.terrace.origin.HostileTargetTest.After.CLOSE;
import static dev.terrace.origin.HostileTargetTest.After.HOLD;
import static dev.terrace.origin.HostileTargetTest.After.RESET;
import static dev.terrace.origin.RawTarget.lines;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a target may send and what comes of it (security.md S8, http.md 20 and 21): what `ask`
/// returns, that the connection is closed, and that the next request gets a clean answer on
/// another.
class HostileTargetTest {
  /// What the target does behind its bytes.
  enum After {
    /// It leaves the connection open: that the client closes it is the client's own doing.
    HOLD,
    CLOSE,
    RESET
  }

  /// @param expected how the outcome begins: `KIND`, or status and body, and what broke it
  record Case(String name, After after, String expected, String bytes) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final String BROKEN = " then the target's answer broke off";

  /// Refused by its head, whatever the target does next.
  private static Case malformed(String name, String... lines) {
    return new Case(name, HOLD, "MALFORMED", lines(lines));
  }

  /// A status line alone, with a body that would be fine.
  private static Case badStatus(String name, String statusLine) {
    return malformed(name, statusLine, "Content-Length: 5", "", "hello");
  }

  /// Field lines in an otherwise fine answer.
  private static Case badField(String name, String... fields) {
    String head = lines("HTTP/1.1 200 OK", "X-Before: 1", lines(fields), "X-After: 2");
    return malformed(name, head, "", "");
  }

  private static Case badChunks(String name, String expected, After after, String... lines) {
    String head = lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "");
    return new Case(name, after, expected + BROKEN, head + lines(lines));
  }

  private static Case taken(String name, String expected, String... lines) {
    return new Case(name, HOLD, expected, lines(lines));
  }

  static Stream<Case> statusLines() {
    return Stream.of(
        badStatus("a status of two digits", "HTTP/1.1 20 OK"),
        badStatus("a status of four digits", "HTTP/1.1 2000 OK"),
        badStatus("a status below 100", "HTTP/1.1 099 Low"),
        badStatus("a status above 599", "HTTP/1.1 600 High"),
        badStatus("a status of 1000", "HTTP/1.1 1000 High"),
        badStatus("a letter in the status", "HTTP/1.1 2x0 OK"),
        badStatus("a negative status", "HTTP/1.1 -20 OK"),
        badStatus("a signed status", "HTTP/1.1 +20 OK"),
        badStatus("no status", "HTTP/1.1 OK"),
        badStatus("no status and no reason", "HTTP/1.1"),
        badStatus("version 1.2", "HTTP/1.2 200 OK"),
        badStatus("version 2.0", "HTTP/2.0 200 OK"),
        badStatus("version 0.9", "HTTP/0.9 200 OK"),
        badStatus("a version of two digits", "HTTP/1.10 200 OK"),
        badStatus("a version in lower case", "http/1.1 200 OK"),
        badStatus("another protocol", "ICY 200 OK"),
        badStatus("another protocol with an H", "HTCPCP/1.1 200 OK"),
        badStatus("a tab before the status", "HTTP/1.1\t200 OK"),
        badStatus("two spaces before the status", "HTTP/1.1  200 OK"),
        badStatus("a space before the version", " HTTP/1.1 200 OK"),
        badStatus("an empty line before the status line", lines("", "HTTP/1.1 200 OK")),
        badStatus("a NUL in the reason", "HTTP/1.1 200 O\0K"),
        badStatus("a CR in the reason", "HTTP/1.1 200 O\rK"),
        badStatus("a reason of 5,000 bytes", "HTTP/1.1 200 " + "x".repeat(5000)),
        badStatus("a 101 nobody asked for", "HTTP/1.1 101 Switching Protocols"),
        malformed("line feeds alone", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello"),
        malformed("text", "hello world", "", ""),
        malformed("zeros", "\0\0\0\0\0\0\0\0", "", ""),
        malformed("a TLS alert", "\u0015\u0003\u0001\0\u0002\u0002\u0050"),
        malformed("an HTTP/2 preface", "PRI * HTTP/2.0", "", "SM", "", ""));
  }

  static Stream<Case> fields() {
    String[] tooMany = new String[201];
    Arrays.setAll(tooMany, i -> "X-" + i + ": 1");
    return Stream.of(
        badField("a line without a colon", "no colon"),
        badField("a space before the colon", "X-Space : 1"),
        badField("a tab before the colon", "X-Tab\t: 1"),
        badField("an empty name", ": 1"),
        badField("a space in a name", "X Y: 1"),
        badField("a control byte in a name", "X\u0001: 1"),
        badField("a byte above ASCII in a name", "X\u00e9: 1"),
        badField("a delimiter in a name", "X(Y): 1"),
        badField("a NUL in a value", "X: a\0b"),
        badField("a control byte in a value", "X: a\u0001b"),
        badField("a CR in a value", "X: a\rb"),
        badField("a DEL in a value", "X: a\u007fb"),
        badField("more than 200 fields", tooMany),
        badField("a head of more than 64 KiB", "X: " + "x".repeat(70_000)),
        malformed("a first line that is folded", "HTTP/1.1 200 OK", " folded: 1", "", ""),
        badField("Content-Length as a list", "Content-Length: 5, 5"),
        badField("Content-Length twice the same", "Content-Length: 5", "Content-Length: 5"),
        badField("Content-Length twice", "Content-Length: 5", "Content-Length: 6"),
        badField("a signed Content-Length", "Content-Length: +5"),
        badField("a negative Content-Length", "Content-Length: -5"),
        badField("a hexadecimal Content-Length", "Content-Length: 0x5"),
        badField("a Content-Length with a zero before", "Content-Length: 05"),
        badField("a Content-Length with a space", "Content-Length: 5 5"),
        badField("an empty Content-Length", "Content-Length:"),
        badField("a folded Content-Length", "Content-Length:", " 5"),
        badField("a Content-Length past 64 bits", "Content-Length: 99999999999999999999"),
        badField("both framings", "Content-Length: 5", "Transfer-Encoding: chunked"),
        badField("a length and identity", "Content-Length: 5", "Transfer-Encoding: identity"),
        badField("gzip, chunked", "Transfer-Encoding: gzip, chunked"),
        badField("chunked, gzip", "Transfer-Encoding: chunked, gzip"),
        badField("identity, chunked", "Transfer-Encoding: identity, chunked"),
        badField("an empty member and chunked", "Transfer-Encoding: , chunked"),
        badField("chunked and an empty member", "Transfer-Encoding: chunked,"),
        badField("almost chunked", "Transfer-Encoding: xchunked"),
        badField("quoted chunked", "Transfer-Encoding: \"chunked\""),
        badField("chunked with a parameter", "Transfer-Encoding: chunked;q=1"),
        badField("folded chunked", "Transfer-Encoding:", " chunked"),
        badField("chunked twice", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        badField(
            "identity and chunked", "Transfer-Encoding: identity", "Transfer-Encoding: chunked"),
        malformed(
            "chunked over HTTP/1.0", "HTTP/1.0 200 OK", "Transfer-Encoding: chunked", "", ""));
  }

  static Stream<Case> chunks() {
    String[] tooMany = new String[204];
    Arrays.setAll(tooMany, i -> "X-" + i + ": 1");
    tooMany[0] = "0";
    tooMany[202] = "";
    tooMany[203] = "";
    return Stream.of(
        badChunks("a size that is no number", "200 ", HOLD, "g", "hello", "0", "", ""),
        badChunks("a negative size", "200 ", HOLD, "-5", "hello", "0", "", ""),
        badChunks("a prefixed size", "200 ", HOLD, "0x5", "hello", "0", "", ""),
        badChunks("a size past 32 bits", "200 ", HOLD, "fffffffff", "hello", "0", "", ""),
        badChunks("an empty size", "200 ", HOLD, "", "hello", "0", "", ""),
        badChunks("a size with more behind", "200 ", HOLD, "5 x", "hello", "0", "", ""),
        badChunks("a size line that ends in LF", "200 ", HOLD, "5\nhello", "0", "", ""),
        badChunks("an LF in an extension", "200 ", HOLD, "5;a\nb", "hello", "0", "", ""),
        badChunks("a size line of 5,000", "200 ", HOLD, "5;" + "x".repeat(5000), "hello", ""),
        badChunks("a chunk longer than its size", "200 hello", HOLD, "5", "helloXX", "0", "", ""),
        badChunks("a chunk ended by LF", "200 hello", HOLD, "5", "hello\n0", "", ""),
        badChunks("a trailer without a colon", "200 hello", HOLD, "5", "hello", "0", "x", "", ""),
        badChunks(
            "a control in a trailer", "200 hello", HOLD, "5", "hello", "0", "X: \u0001", "", ""),
        badChunks("too many trailers", "200 ", HOLD, tooMany),
        badChunks("a chunk cut short", "200 hel", CLOSE, "5", "hel"),
        badChunks("no last chunk", "200 hello", CLOSE, "5", "hello", ""),
        badChunks("a last chunk without its end", "200 hello", CLOSE, "5", "hello", "0", ""),
        badChunks("trailers cut short", "200 hello", CLOSE, "5", "hello", "0", "X: 1", ""),
        badChunks("a reset between chunks", "200 ", RESET));
  }

  static Stream<Case> breaks() {
    String fine = lines("HTTP/1.1 200 OK", "Content-Length: 5", "", "hello");
    String unsaid = lines("HTTP/1.1 200 OK", "", "hel");
    return Stream.of(
        new Case(
            "a body cut short", CLOSE, "200 hel" + BROKEN, fine.substring(0, fine.length() - 2)),
        new Case("a body of unsaid length, reset", RESET, "200 ", unsaid),
        new Case("a close without a byte", CLOSE, "UNREACHABLE", ""),
        new Case("a reset without a byte", RESET, "UNREACHABLE", ""),
        new Case("a close within the status line", CLOSE, "UNREACHABLE", "HTTP/1.1 20"),
        new Case("a close within the fields", CLOSE, "UNREACHABLE", fine.substring(0, 25)),
        new Case(
            "an interim answer and a close",
            CLOSE,
            "UNREACHABLE",
            lines("HTTP/1.1 103 -", "", "")));
  }

  static Stream<Case> unasked() {
    String fine = lines("HTTP/1.1 200 OK", "Content-Length: 5", "", "hello");
    String evil = lines("HTTP/1.1 200 OK", "Content-Length: 4", "", "evil");
    String early = lines("HTTP/1.1 103 Early", "Link: </a>", "", "");
    return Stream.of(
        taken("stray bytes behind a body", "200 hello", fine + "evil"),
        taken("a stray line end behind a body", "200 hello", fine + "\r\n"),
        taken("two answers to one request", "200 hello", fine + evil),
        taken("an interim answer behind the answer", "200 hello", fine + early),
        taken("a body behind a 204", "204 ", lines("HTTP/1.1 204 -", "", "evil")),
        taken(
            "a body behind a 304",
            "304 ",
            lines("HTTP/1.1 304 -", "Content-Length: 4", "", "evil")),
        taken(
            "an answer behind a last chunk",
            "200 hello",
            lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "5", "hello", "0", "", "")
                + evil),
        malformed("nine interim answers", early.repeat(9) + fine),
        malformed("interim answers without end", early.repeat(1000)),
        malformed("continue without end", lines("HTTP/1.1 100 Continue", "", "").repeat(1000)),
        malformed(
            "an interim answer with a body",
            lines("HTTP/1.1 103 Early", "Content-Length: 4", "", "evil") + fine),
        malformed("an interim answer and a stray byte", early + "x" + fine));
  }

  @ParameterizedTest
  @MethodSource({"statusLines", "fields", "chunks", "breaks", "unasked"})
  void theConnectionIsClosedAndTheNextAnswerIsClean(Case hostile) throws Exception {
    CompletableFuture<String> closed = new CompletableFuture<>();
    RawTarget.Script script =
        connection -> {
          if (connection.number() > 0) {
            RawTarget.always("HTTP/1.1 200 OK", "Content-Length: 5", "", "clean").play(connection);
            return;
          }
          connection.readHead();
          connection.send(hostile.bytes());
          switch (hostile.after()) {
            case HOLD -> {}
            case CLOSE -> connection.socket().shutdownOutput();
            case RESET -> connection.reset();
          }
          closed.complete(connection.readUntilClosed());
        };
    try (RawTarget target = new RawTarget(script);
        Asking asking = new Asking(target.uri())) {
      assertThat(asking.outcome("/hostile")).startsWith(hostile.expected());
      assertThat(asking.outcome("/next")).isEqualTo("200 clean");
      assertThat(closed.get(20, TimeUnit.SECONDS)).isEmpty();
      assertThat(target.connections()).hasSize(2);
    }
  }
}
