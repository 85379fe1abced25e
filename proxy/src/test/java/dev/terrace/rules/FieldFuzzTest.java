package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.terrace.http.ContentRange;
import dev.terrace.http.EntityTag;
import dev.terrace.http.Headers;
import dev.terrace.http.HttpDate;
import dev.terrace.http.RangeSet;
import dev.terrace.http.StructuredField;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// No field value makes a parser throw, and what is understood means the same once it is written
/// and read again.
final class FieldFuzzTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @FuzzTest
  void datesSurviveBeingWritten(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    HttpDate.parse(text, NOW)
        .ifPresent(
            moment -> assertThat(HttpDate.parse(HttpDate.format(moment), NOW)).contains(moment));
  }

  @FuzzTest
  void aNoStoreAtTheEndOfALineIsNeverMissed(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    CacheControl alone = CacheControl.of(Headers.of("Cache-Control", text), "Cache-Control");
    assertThat(alone.seconds(CacheControl.Directive.MAX_AGE).orElse(0)).isNotNegative();
    CacheControl twoLines =
        CacheControl.of(
            Headers.of("Cache-Control", text, "Cache-Control", "no-store"), "Cache-Control");
    assertThat(twoLines.has(CacheControl.Directive.NO_STORE)).isTrue();
    CacheControl.targeted(text);
  }

  @FuzzTest
  void structuredFieldsNeverThrow(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    StructuredField.list(text);
    StructuredField.dictionary(text);
    StructuredField.item(text);
    String written = StructuredField.appendString(new StringBuilder(), text).toString();
    assertThat(StructuredField.item(written)).isPresent();
  }

  @FuzzTest
  void rangesAreWithinTheLength(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    RangeSet.parse(text)
        .ifPresent(
            set ->
                set.ranges()
                    .forEach(
                        spec ->
                            spec.within(1000)
                                .ifPresent(range -> assertThat(range.last()).isLessThan(1000))));
    ContentRange.parse(text)
        .ifPresent(range -> assertThat(ContentRange.parse(range.toString())).contains(range));
    EntityTag.parseList(text)
        .forEach(tag -> assertThat(EntityTag.parse(tag.toString())).contains(tag));
  }
}
