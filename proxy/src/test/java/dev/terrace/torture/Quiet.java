package dev.terrace.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Optional;

/// What has to come about once nothing is harmed any more.
final class Quiet {
  private static final Duration INTERVAL = Duration.ofMillis(200);

  private Quiet() {}

  /// No purge that was answered is lost: each receipt is complete, and every instance comes to
  /// answer with what is as new.
  static void settle(Readers readers, Purgers purgers, Duration patience) {
    await()
        .atMost(patience)
        .pollInterval(INTERVAL)
        .untilAsserted(
            () -> {
              purgers.followOnce();
              assertThat(purgers.open()).as("purges of which not everything is known").isZero();
            });
    await()
        .atMost(patience)
        .pollInterval(INTERVAL)
        .untilAsserted(
            () -> {
              for (int instance = 0; instance < Fleet.SIZE; instance++) {
                for (Page page : Page.ALL) {
                  Optional<Long> generation = readers.read(instance, page);
                  assertThat(generation).as("answer of %d", instance).isPresent();
                  assertThat(generation.get())
                      .as("%s at %d", page.path(), instance)
                      .isGreaterThanOrEqualTo(purgers.answered(page));
                }
              }
            });
  }
}
