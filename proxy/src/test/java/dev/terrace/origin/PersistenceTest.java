package dev.terrace.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How long a connection is kept behind an answer (RFC 9112 §9.3, http.md 22): a second less than
/// the target keeps it, no longer than we do, and not at all past its life.
final class PersistenceTest {
  private static final Duration LIFE = Duration.ofMinutes(1);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          # Keep-Alive of the target | idle | kept
          ""                         | 60s  | 60
          ""                         | 1s   | 1
          timeout=2                  | 60s  | 1
          timeout=3                  | 60s  | 2
          timeout=61                 | 60s  | 60
          timeout=62                 | 60s  | 60
          timeout=5                  | 3s   | 3
          max=9, timeout=5           | 60s  | 4
          Timeout=5, max=9           | 60s  | 4
          max=9                      | 60s  | 60
          timeout=1                  | 60s  | 0
          timeout=0                  | 60s  | 0
          timeout=soon               | 60s  | 0
          timeout=-1                 | 60s  | 0
          timeout=                   | 60s  | 0
          """)
  void aConnectionIsKeptForASecondLessThanTheTargetKeepsIt(String hint, String idle, int seconds) {
    HttpHeaders fields = new DefaultHttpHeaders();
    if (!hint.isEmpty()) {
      fields.set("Keep-Alive", hint);
    }
    Persistence.settle(fields, keptFor(Duration.parse("PT" + idle)), LIFE.toNanos());
    if (seconds == 0) {
      assertThat(fields.getAll("Connection")).containsExactly("close");
      assertThat(fields.contains("Keep-Alive")).isFalse();
    } else {
      assertThat(fields.contains("Connection")).isFalse();
      assertThat(fields.getAll("Keep-Alive")).containsExactly("timeout=" + seconds);
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          close,         0, close
          'x, Close',    0, close
          keep-alive,    0, keep-alive
          keep-alive,    1, close
          """)
  void itIsClosedIfTheTargetWantsSoOrItsLifeIsOver(
      String connection, long nanosPastLife, String settled) {
    HttpHeaders fields = new DefaultHttpHeaders();
    fields.set("Connection", connection);
    Persistence.settle(fields, keptFor(LIFE), LIFE.toNanos() + nanosPastLife);
    assertThat(fields.getAll("Connection")).containsExactly(settled);
  }

  private static TargetSettings keptFor(Duration idle) {
    return Asking.quick().with(new TargetSettings.Pool(idle, LIFE, LIFE, 16, 8, 100, 16, 16));
  }
}
