package dev.terrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client may say of its trace (W3C Trace Context §3.2).
final class TraceParentTest {
  private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String VALID = "00-" + ID + "-00f067aa0ba902b7-01";

  @ParameterizedTest
  @ValueSource(strings = {VALID, "01-" + ID + "-00f067aa0ba902b7-01-more"})
  void whatIsValidIsTakenAsItIs(String text) {
    assertThat(TraceParent.of(Headers.of("Traceparent", text))).contains(new TraceParent(ID, text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-" + ID + "-0000000000000000-01",
        "ff-" + ID + "-00f067aa0ba902b7-01",
        VALID + "-more",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-" + ID + "-00f067aa0ba902b7",
        VALID + "\n" + VALID
      })
  void whatIsNotBeginsANewTrace(String text) {
    Headers fields = Headers.of("traceparent", text);
    assertThat(TraceParent.of(fields)).isEmpty();
    assertThat(TraceParent.ofOrNew(fields, new Random(1)).traceId()).isNotEqualTo(ID);
  }

  @Test
  void twoOfThemAreNone() {
    assertThat(TraceParent.of(Headers.of("traceparent", VALID, "traceparent", VALID))).isEmpty();
  }

  @Test
  void aNewOneIsValid() {
    Random random = new Random(2);
    for (int i = 0; i < 1_000; i++) {
      TraceParent made = TraceParent.ofOrNew(Headers.EMPTY, random);
      assertThat(TraceParent.of(Headers.of("traceparent", made.text()))).contains(made);
    }
  }
}
