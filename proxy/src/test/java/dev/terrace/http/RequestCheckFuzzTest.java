package dev.terrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.terrace.http.RequestCheck.Verdict;
import java.util.Optional;

/// Whatever arrives is refused with a status of http.md 25, or is a request of which nothing is
/// left that two readers could read in two ways.
final class RequestCheckFuzzTest {
  private static final RequestCheck CHECK =
      new RequestCheck(new RequestCheck.Limits(8192, 32_768, 100, 256));

  @FuzzTest
  void anyRequestIsRefusedOrSound(FuzzedDataProvider data) {
    HttpVersion version = data.pickValue(HttpVersion.values());
    String method = data.consumeAsciiString(10);
    String target = data.consumeString(60);
    Optional<String> scheme =
        data.consumeBoolean() ? Optional.of(data.consumeAsciiString(8)) : Optional.of("http");
    Optional<String> authority =
        data.consumeBoolean() ? Optional.of(data.consumeString(20)) : Optional.empty();
    Headers.Builder fields = Headers.builder();
    while (data.remainingBytes() > 0) {
      fields.add(data.consumeAsciiString(20), data.consumeString(40));
    }
    switch (CHECK.check(method, target, version, "http", scheme, authority, fields.build())) {
      case Verdict.Refused(int status, String detail) -> {
        assertThat(status).isIn(400, 405, 414, 417, 431);
        assertThat(detail).isNotBlank();
      }
      case Verdict.Sound(RequestHead head) -> verifySound(head);
    }
  }

  private static void verifySound(RequestHead head) {
    assertThat(head.method()).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    assertThat(head.authority()).matches("[0-9A-Za-z.:_~\\[\\]-]*");
    assertThat(head.target()).matches("\\*|/[\\x21-\\x7e&&[^\"<>#\\\\]]*");
    assertThat(head.headers().contains("Host")).isFalse();
    for (Headers.Field field : head.headers()) {
      assertThat(field.name()).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
      assertThat(field.value()).matches("[\\t\\x20-\\x7e\\x80-\\xff]*");
    }
    assertThat(head.headers().all("Content-Length")).hasSizeLessThan(2);
    assertThat(
            head.headers().contains("Content-Length")
                && head.headers().contains("Transfer-Encoding"))
        .isFalse();
    // What is sound is normal after one pass, or climbs above the root.
    RequestTarget.normalised(head.target())
        .ifPresent(normal -> assertThat(RequestTarget.normalised(normal)).containsSame(normal));
  }
}
