package dev.terrace.layer.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrace.layer.HotKeysFormat;
import dev.terrace.layer.MalformedEntryException;
import dev.terrace.redis.Connected;
import dev.terrace.redis.Redis;
import dev.terrace.redis.RedisServer;
import dev.terrace.redis.TestSettings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The lists that instances leave in Redis: the latest few, and nothing that is none.
final class SharedHotKeysTest {
  private static final String KEY = "p:{warm}";

  private final RedisServer server = RedisServer.start();
  private final Redis redis = TestSettings.open(server.port());
  private Instant now = Instant.parse("2026-03-02T10:00:00Z");

  @BeforeEach
  void connect() {
    Connected.await(redis);
  }

  @AfterEach
  void end() {
    redis.close();
    server.close();
  }

  private SharedHotKeys of(String instance) {
    return new SharedHotKeys(redis, "p:", instance, Duration.ofSeconds(5), () -> now);
  }

  private static String digest(int number) {
    return "%064x".formatted(number);
  }

  @Test
  void nothingWasLeftAtFirst() throws IOException {
    assertThat(of("one").read()).isEmpty();
  }

  @Test
  void theListsOfTheInstancesThatWroteLastAreKeptAndExpire() throws IOException {
    for (int i = 0; i < 12; i++) {
      now = now.plusSeconds(1);
      of("instance-" + i).write(List.of(digest(i)));
    }
    now = now.plusSeconds(1);
    of("instance-6").write(List.of(digest(60), digest(61)));

    assertThat(of("other").read())
        .containsExactly(
            List.of(digest(60), digest(61)),
            List.of(digest(11)),
            List.of(digest(10)),
            List.of(digest(9)),
            List.of(digest(8)),
            List.of(digest(7)),
            List.of(digest(5)),
            List.of(digest(4)));
    assertThat(server.ask("HLEN", KEY)).isEqualTo("9");
    assertThat(Long.parseLong(server.ask("PTTL", KEY)))
        .isBetween(1L, Duration.ofDays(7).toMillis());
  }

  @Test
  void whatIsNoListIsLeftOut() throws IOException {
    of("one").write(List.of(digest(1)));
    of("other").write(List.of(digest(2)));
    server.ask("HSET", KEY, "lother", "no list");
    assertThat(of("one").read()).containsExactly(List.of(digest(1)));

    server.ask("HSET", KEY, "lother", "x".repeat(HotKeysFormat.LIMIT + 1));
    assertThat(of("one").read()).containsExactly(List.of(digest(1)));

    server.ask("DEL", KEY);
    server.ask("SET", KEY, "text");
    assertThat(of("one").read()).isEmpty();
    of("one").write(List.of(digest(3)));
    assertThat(of("one").read()).containsExactly(List.of(digest(3)));
  }

  @Test
  void aListHasABoundAndComesBackAsItWas() throws IOException {
    List<String> digests =
        IntStream.range(0, HotKeysFormat.MOST + 5).mapToObj(SharedHotKeysTest::digest).toList();

    byte[] bytes = HotKeysFormat.encode(digests);

    assertThat(bytes).hasSize(HotKeysFormat.LIMIT);
    assertThat(HotKeysFormat.decode(bytes)).isEqualTo(digests.subList(0, HotKeysFormat.MOST));
    byte[] few = HotKeysFormat.encode(digests.subList(0, 2));
    for (int length = 0; length < few.length; length++) {
      byte[] cut = Arrays.copyOf(few, length);
      if (length % 32 == 1) {
        assertThat(HotKeysFormat.decode(cut)).hasSize(length / 32);
      } else {
        assertThatThrownBy(() -> HotKeysFormat.decode(cut))
            .isInstanceOf(MalformedEntryException.class);
      }
    }
    few[0] = 2;
    assertThatThrownBy(() -> HotKeysFormat.decode(few)).isInstanceOf(MalformedEntryException.class);
  }
}
