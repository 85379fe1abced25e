package dev.terrace.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Subscriptions hear what is published, and are made again when they are lost.
class SubscriptionTest {
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final AtomicInteger made = new AtomicInteger();

  @Test
  void a_subscription_that_is_killed_or_whose_server_restarts_is_made_again() {
    try (RedisServer server = RedisServer.start();
        Redis redis = TestSettings.open(server.port());
        Subscription subscription = subscribe(redis)) {
      await().until(() -> made.get() == 1);
      server.ask("PUBLISH", "bell", "first");
      await().until(() -> heard.contains("first"));

      server.ask("CLIENT", "KILL", "TYPE", "pubsub");
      await().until(() -> made.get() == 2 && subscription.isSubscribed());
      server.ask("PUBLISH", "bell", "second");
      await().until(() -> heard.contains("second"));

      server.kill();
      await().until(() -> !subscription.isSubscribed());
      server.restart();
      await().until(() -> made.get() == 3 && subscription.isSubscribed());
      server.ask("PUBLISH", "bell", "third");
      await().untilAsserted(() -> assertThat(heard).containsExactly("first", "second", "third"));
    }
  }

  @Test
  void one_that_is_closed_is_not_made_again() {
    try (RedisServer server = RedisServer.start();
        Redis redis = TestSettings.open(server.port())) {
      Subscription subscription = subscribe(redis);
      await().until(() -> made.get() == 1);

      subscription.close();

      await().until(() -> server.ask("PUBSUB", "NUMSUB", "bell").equals("bell\n0"));
      assertThat(subscription.isSubscribed()).isFalse();
    }
  }

  @Test
  void in_a_cluster_what_is_published_at_any_node_is_heard() {
    try (RedisCluster cluster = RedisCluster.start();
        Redis redis = TestSettings.open(cluster.servers().getFirst().port());
        Subscription subscription = subscribe(redis)) {
      await().until(() -> made.get() == 1 && subscription.isSubscribed());

      for (RedisServer server : cluster.servers()) {
        server.ask("PUBLISH", "bell", server.address());
      }

      await()
          .untilAsserted(
              () -> assertThat(heard).containsExactlyInAnyOrderElementsOf(cluster.addresses()));
    }
  }

  private Subscription subscribe(Redis redis) {
    return redis.subscribe(
        "bell", message -> heard.add(new String(message, UTF_8)), made::incrementAndGet);
  }
}
