package dev.terrace.layer.redis;

import dev.terrace.layer.HotKeys;
import dev.terrace.layer.HotKeysFormat;
import dev.terrace.layer.MalformedEntryException;
import dev.terrace.redis.Redis;
import dev.terrace.redis.Script;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// The lists that instances leave in Redis, in one key that is bounded and expires.
///
/// ```
/// key     = prefix "{warm}"            ; a hash
/// "times" = *(instance SP time LF)     ; who left a list and when: ms since the epoch
/// "l" instance = list                  ; as HotKeysFormat has it
/// ```
///
/// The lists of the instances that wrote last are kept. Safe for use by any thread.
public final class SharedHotKeys implements HotKeys {
  private static final int MOST_INSTANCES = 8;
  private static final Duration LIFE = Duration.ofDays(7);

  private static final Script<Long> LEAVE = Script.ofNumber(SharedHotKeys.class, "leave-hot");
  private static final Script<List<Object>> READ = Script.ofList(SharedHotKeys.class, "read-hot");

  private final Redis redis;
  private final byte[] key;
  private final byte[] instance;
  private final Duration deadline;
  private final InstantSource clock;

  /// @param redis stays the caller's
  /// @param prefix of every key
  /// @param instance the id of this instance, without blanks
  /// @param deadline for each call
  public SharedHotKeys(
      Redis redis, String prefix, String instance, Duration deadline, InstantSource clock) {
    this.redis = redis;
    this.key = bytes(prefix + "{warm}");
    this.instance = bytes(instance);
    this.deadline = deadline;
    this.clock = clock;
  }

  /// A list that is none is left out.
  @Override
  public List<List<String>> read() throws IOException {
    List<Object> lists =
        redis.ask(
            Redis.Use.CHANGE,
            key,
            deadline,
            commands ->
                READ.run(
                    commands,
                    new byte[][] {key},
                    decimal(MOST_INSTANCES),
                    decimal(HotKeysFormat.LIMIT)));
    List<List<String>> decoded = new ArrayList<>();
    for (Object list : lists) {
      try {
        if (list instanceof byte[] bytes) {
          decoded.add(HotKeysFormat.decode(bytes));
        }
      } catch (MalformedEntryException e) {
        // Of another version, or nobody's.
      }
    }
    return decoded;
  }

  @Override
  public void write(List<String> digests) throws IOException {
    byte[] list = HotKeysFormat.encode(digests);
    long _ =
        redis.ask(
            Redis.Use.CHANGE,
            key,
            deadline,
            commands ->
                LEAVE.run(
                    commands,
                    new byte[][] {key},
                    instance,
                    list,
                    decimal(clock.millis()),
                    decimal(MOST_INSTANCES),
                    decimal(LIFE.toMillis())));
  }

  private static byte[] decimal(long number) {
    return bytes(Long.toString(number));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
