package dev.terrace.purge.redis;

import static org.awaitility.Awaitility.await;

import dev.terrace.purge.History;
import dev.terrace.purge.Order;
import dev.terrace.purge.PurgeTable;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class FollowerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void anErrorDoesNotEndIt() {
    AtomicInteger steps = new AtomicInteger();
    SharedPurges purges =
        new SharedPurges(
            new SharedPurges.Settings(
                "a",
                Member.Binding.SERVES,
                Duration.ofSeconds(10),
                Duration.ofMinutes(10),
                Duration.ZERO),
            new PurgeTable(1, PurgeTable.Bounds.DEFAULT, Order.SHARED, _ -> {}),
            new BrokenLog(steps),
            History.none(),
            InstantSource.system(),
            System::nanoTime,
            new Random(),
            _ -> {});
    try (Follower follower = new Follower(purges)) {
      follower.start();
      await().atMost(PATIENCE).until(() -> steps.get() > 2);
    }
  }

  private record BrokenLog(AtomicInteger steps) implements Log {
    @Override
    public Reply step(Ask ask) throws IOException {
      if (steps.incrementAndGet() % 2 == 1) {
        throw new StackOverflowError("for a moment");
      }
      throw new IOException("not there");
    }

    @Override
    public boolean begin(Reply.Doubt seen, long lineage, List<Long> left, List<Member> absent) {
      return false;
    }

    @Override
    public void leave(long lineage) {}

    @Override
    public boolean isRightful() {
      return true;
    }
  }
}
