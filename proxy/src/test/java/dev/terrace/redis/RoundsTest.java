package dev.terrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RoundsTest {
  @Test
  void aBugInOneRoundIsToldOnceAndDoesNotEndTheRounds() throws Exception {
    CountDownLatch rounds = new CountDownLatch(4);
    try (Log log = Log.open()) {
      Thread thread =
          Thread.ofVirtual()
              .start(
                  () ->
                      Rounds.untilInterrupted(
                          "What is tested",
                          Duration.ofMillis(1),
                          () -> {
                            rounds.countDown();
                            throw new IllegalStateException("a bug");
                          }));

      assertThat(rounds.await(20, TimeUnit.SECONDS)).isTrue();
      thread.interrupt();
      assertThat(thread.join(Duration.ofSeconds(20))).as("ends").isTrue();
      assertThat(log.lines().stream().filter(line -> line.contains("What is tested"))).hasSize(1);
    }
  }
}
