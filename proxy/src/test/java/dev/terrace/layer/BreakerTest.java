package dev.terrace.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.layer.Breaker.Pass;
import dev.terrace.layer.Breaker.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BreakerTest {
  private final SettableClock clock = new SettableClock(Samples.NOON);
  private final Breaker breaker =
      new Breaker(
          new Breaker.Settings(3, Duration.ofSeconds(1), Duration.ofSeconds(4)), clock::nanos);

  @Test
  void opensAfterSeveralFailuresInARow() {
    fail(2);
    assertThat(breaker.pass()).isEqualTo(Pass.GRANTED);
    breaker.succeeded();
    fail(2);
    assertThat(breaker.state()).isEqualTo(State.CLOSED);

    fail(1);

    assertThat(breaker.state()).isEqualTo(State.OPEN);
    assertThat(breaker.pass()).isEqualTo(Pass.DENIED);
  }

  @Test
  void letsOnePassAfterThePauseAndClosesWhenItSucceeds() {
    fail(3);
    clock.advance(Duration.ofSeconds(1));

    assertThat(breaker.pass()).isEqualTo(Pass.GRANTED);
    assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    assertThat(breaker.pass()).isEqualTo(Pass.DENIED);

    breaker.succeeded();
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    assertThat(breaker.pass()).isEqualTo(Pass.GRANTED);
  }

  @Test
  void pausesTwiceAsLongAfterEachFailedTryUpToTheLongest() {
    fail(3);
    for (int seconds : new int[] {1, 2, 4, 4}) {
      clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
      assertThat(breaker.pass()).isEqualTo(Pass.DENIED);
      clock.advance(Duration.ofMillis(1));
      assertThat(breaker.pass()).isEqualTo(Pass.GRANTED);
      breaker.failed();
      assertThat(breaker.state()).isEqualTo(State.OPEN);
    }
  }

  @Test
  void aTryThatNeverEndsIsFollowedByAnother() {
    fail(3);
    clock.advance(Duration.ofSeconds(1));
    assertThat(breaker.pass()).isEqualTo(Pass.GRANTED);

    clock.advance(Duration.ofSeconds(1));

    assertThat(breaker.pass()).isEqualTo(Pass.GRANTED);
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      breaker.failed();
    }
  }
}
