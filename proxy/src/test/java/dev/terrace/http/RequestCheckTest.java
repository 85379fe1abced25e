package dev.terrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.terrace.http.RequestCheck.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class RequestCheckTest {
  private static final RequestCheck CHECK =
      new RequestCheck(new RequestCheck.Limits(100, 600, 10, 4));
  private static final RequestCheck ROOMY =
      new RequestCheck(new RequestCheck.Limits(8192, 32_768, 100, 256));

  /// The table in `requests.txt`, a test a row.
  @TestFactory
  Stream<DynamicTest> everyRequestGetsTheVerdictOfItsRow() {
    List<Row> rows = rows();
    assertThat(rows).hasSizeGreaterThanOrEqualTo(220);
    return rows.stream().map(row -> DynamicTest.dynamicTest(row.text(), row::verify));
  }

  @Test
  void theBytesRefusedInATargetAreExactlyTheseOnes() {
    for (char c = 0; c < 300; c++) {
      boolean everywhere = c > ' ' && c < 0x7f && "\"<>#\\".indexOf(c) < 0;
      boolean inPath = everywhere && "{}^`%".indexOf(c) < 0;
      assertThat(isSound("/a" + c)).as("0x%x in a path", (int) c).isEqualTo(inPath);
      assertThat(isSound("/a?b" + c)).as("0x%x in a query", (int) c).isEqualTo(everywhere);
    }
  }

  @Test
  void theBytesRefusedInAFieldAreExactlyTheseOnes() {
    for (char c = 0; c < 300; c++) {
      boolean inValue = c == '\t' || (c >= ' ' && c < 0x7f) || (c >= 0x80 && c <= 0xff);
      Headers value = Headers.of("Host", "a", "X-A", "b" + c);
      assertThat(verdict("/", value) instanceof Verdict.Sound)
          .as("0x%x in a value", (int) c)
          .isEqualTo(inValue);
      boolean inName =
          (c >= '0' && c <= '9')
              || (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c < 0x80 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
      Headers name = Headers.of("Host", "a", "X" + c, "b");
      assertThat(verdict("/", name) instanceof Verdict.Sound)
          .as("0x%x in a name", (int) c)
          .isEqualTo(inName);
    }
  }

  @Test
  void theHeadMayBeAsLongAsItsLimitAndNoLonger() {
    int rest = "GET/".length() + "Host".length() + 1 + 4 + "X-A".length() + 4;
    Headers longest = Headers.of("Host", "a", "X-A", "b".repeat(600 - rest));
    assertThat(CHECK.check("GET", "/", HttpVersion.HTTP_1_1, "https", none(), none(), longest))
        .isInstanceOf(Verdict.Sound.class);
    Headers longer = Headers.of("Host", "a", "X-A", "b".repeat(601 - rest));
    Verdict refused =
        CHECK.check("GET", "/", HttpVersion.HTTP_1_1, "https", none(), none(), longer);
    assertThat(refused)
        .isInstanceOfSatisfying(Verdict.Refused.class, r -> assertThat(r.status()).isEqualTo(431));
  }

  @Test
  void aHostMayHave255CharactersAndNoMore() {
    assertThat(verdict("/", Headers.of("Host", "a".repeat(255)))).isInstanceOf(Verdict.Sound.class);
    assertThat(verdict("/", Headers.of("Host", "a".repeat(256))))
        .isInstanceOf(Verdict.Refused.class);
  }

  @Test
  void hostMovesToTheAuthorityAndEveryOtherFieldStaysAsItCame() {
    Headers fields = Headers.of("Accept", "x", "Host", "a", "accept", "y", "Cookie", "c");
    RequestHead head = sound(verdict("/b?c", fields));
    assertThat(head)
        .isEqualTo(
            new RequestHead(
                "GET",
                "https",
                "a",
                "/b?c",
                Headers.of("Accept", "x", "accept", "y", "Cookie", "c"),
                HttpVersion.HTTP_1_1));
  }

  @Test
  void cookieCrumbsOfHttp2AreJoinedAtThePlaceOfTheFirst() {
    Headers fields = Headers.of("x", "1", "cookie", "a=1", "y", "2", "cookie", "b=2");
    Verdict verdict =
        ROOMY.check(
            "GET",
            "/",
            HttpVersion.HTTP_2,
            "https",
            Optional.of("https"),
            Optional.of("a"),
            fields);
    assertThat(sound(verdict).headers())
        .isEqualTo(Headers.of("x", "1", "cookie", "a=1; b=2", "y", "2"));
  }

  @Test
  void noDetailRepeatsAnyPartOfAValue() {
    String canary = "canary";
    List<Verdict> verdicts =
        List.of(
            verdict("/" + canary + "?token=" + canary + " ", Headers.of("Host", "a")),
            verdict("/", Headers.of("Host", canary + "@a")),
            verdict("/", Headers.of("Host", "a", "Authorization", canary + "\u0001")),
            verdict("/", Headers.of("Host", "a", "Content-Length", canary)),
            verdict("https://" + canary + ":x@b/", Headers.of("Host", "a")),
            verdict(canary, Headers.of("Host", "a")));
    assertThat(verdicts)
        .allSatisfy(
            verdict ->
                assertThat(verdict)
                    .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.detail()).doesNotContain(canary)));
  }

  private static boolean isSound(String target) {
    return verdict(target, Headers.of("Host", "a")) instanceof Verdict.Sound;
  }

  private static Verdict verdict(String target, Headers fields) {
    return ROOMY.check("GET", target, HttpVersion.HTTP_1_1, "https", none(), none(), fields);
  }

  private static Optional<String> none() {
    return Optional.empty();
  }

  private static RequestHead sound(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Sound(RequestHead head) -> head;
      case Verdict.Refused(int status, String detail) -> fail(status + " " + detail);
    };
  }

  private static List<Row> rows() {
    try (InputStream in = RequestCheckTest.class.getResourceAsStream("requests.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .map(Row::of)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One line of the table.
  private record Row(
      String text,
      String expected,
      HttpVersion version,
      String method,
      String target,
      List<String> fields) {

    static Row of(String line) {
      String[] cells = line.split(" \\|\\| ?", -1);
      if (cells.length != 5) {
        throw new IllegalArgumentException("expected 5 cells: " + line);
      }
      HttpVersion version =
          Stream.of(HttpVersion.values())
              .filter(v -> v.number().equals(cells[1]))
              .findFirst()
              .orElseThrow();
      int space = cells[2].indexOf(' ');
      String method = space < 0 ? cells[2] : cells[2].substring(0, space);
      String target = space < 0 ? "" : cells[2].substring(space + 1);
      List<String> fields =
          Stream.of(cells[3].split(" ; ", -1)).filter(field -> !field.equals("-")).toList();
      return new Row(line, cells[0], version, bytes(method), bytes(target), fields);
    }

    void verify() {
      Optional<String> scheme = Optional.empty();
      Optional<String> authority = Optional.empty();
      Headers.Builder headers = Headers.builder();
      for (String field : fields) {
        int colon = field.indexOf(':', field.startsWith(": ") ? 0 : 1);
        String name = bytes(field.substring(0, colon));
        String value = bytes(field.substring(colon + 1).strip());
        switch (field.substring(0, colon)) {
          case ":scheme" -> scheme = Optional.of(value);
          case ":authority" -> authority = Optional.of(value);
          default -> headers.add(name, value);
        }
      }
      Headers sent = headers.build();
      Verdict verdict = CHECK.check(method, target, version, "https", scheme, authority, sent);
      switch (verdict) {
        case Verdict.Sound(RequestHead head) -> verifySound(head, authority, sent);
        case Verdict.Refused(int status, String detail) -> {
          assertThat(Integer.toString(status)).as(detail).isEqualTo(expected);
          assertThat(detail).isNotBlank();
        }
      }
    }

    private void verifySound(RequestHead head, Optional<String> authority, Headers sent) {
      String[] parts = expected.split(" ", -1);
      assertThat(parts[0]).isEqualTo("ok");
      String host = authority.or(() -> sent.first("Host")).orElse("");
      assertThat(head.authority()).isEqualTo(parts.length > 1 ? parts[1] : host);
      assertThat(head.target()).isEqualTo(parts.length > 1 ? parts[2] : target);
      assertThat(head.method()).isEqualTo(method);
      assertThat(head.headers().contains("Host")).isFalse();
    }

    private static String bytes(String cell) {
      StringBuilder bytes = new StringBuilder();
      for (int i = 0; i < cell.length(); i++) {
        char c = cell.charAt(i);
        if (c != '\\') {
          bytes.append(c);
          continue;
        }
        char escape = cell.charAt(++i);
        switch (escape) {
          case 'n' -> bytes.append('\n');
          case 'r' -> bytes.append('\r');
          case 't' -> bytes.append('\t');
          case '0' -> bytes.append('\0');
          case 's' -> bytes.append(' ');
          case '\\' -> bytes.append('\\');
          case 'x' -> {
            bytes.append((char) Integer.parseInt(cell, i + 1, i + 3, 16));
            i += 2;
          }
          case 'u' -> {
            bytes.append((char) Integer.parseInt(cell, i + 1, i + 5, 16));
            i += 4;
          }
          default -> throw new IllegalArgumentException("\\" + escape);
        }
      }
      return bytes.toString();
    }
  }
}
