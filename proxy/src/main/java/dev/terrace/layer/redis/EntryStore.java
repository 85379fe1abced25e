package dev.terrace.layer.redis;

import dev.terrace.layer.MalformedEntryException;
import dev.terrace.redis.Command;
import dev.terrace.redis.ErrorReplyException;
import dev.terrace.redis.Redis;
import dev.terrace.redis.Script;
import dev.terrace.rules.CacheKey;
import io.lettuce.core.KeyValue;
import io.lettuce.core.SetArgs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The commands about one [EntryHash], each within a deadline. Safe for use by any thread.
final class EntryStore {
  /// Chunks live somewhat longer than the head that names them.
  private static final Duration CHUNK_MARGIN = Duration.ofMinutes(1);

  private static final Script<Long> STORE = Script.ofNumber(EntryStore.class, "store");
  private static final Script<Long> REFRESH = Script.ofNumber(EntryStore.class, "refresh");
  private static final Script<Long> REMOVE = Script.ofNumber(EntryStore.class, "remove");

  /// Of one variant, read in one step.
  ///
  /// @param index of all variants
  /// @param head of the variant
  /// @param body of the variant, if it is one chunk
  record Fields(Optional<byte[]> index, Optional<byte[]> head, Optional<byte[]> body) {}

  enum Published {
    STORED,
    KEPT_LATER,
    TOO_MANY_VARIANTS
  }

  private final Redis redis;
  private final EntryHash layout;
  private final Duration lookupDeadline;
  private final Duration changeDeadline;

  EntryStore(Redis redis, EntryHash layout, Duration lookupDeadline, Duration changeDeadline) {
    this.redis = redis;
    this.layout = layout;
    this.lookupDeadline = lookupDeadline;
    this.changeDeadline = changeDeadline;
  }

  byte[] key(CacheKey key) {
    return layout.key(key);
  }

  byte[] key(String digest) {
    return layout.key(digest);
  }

  /// What was read under this key is of another: either it was put there, or answers are out of
  /// step.
  void distrust(CacheKey key) {
    redis.distrust(Redis.Use.LOOKUP, layout.key(key));
  }

  String node(CacheKey key) {
    return redis.nodeOf(layout.key(key));
  }

  /// @throws MalformedEntryException if what is there is no hash
  Fields read(CacheKey key, byte[] id) throws IOException {
    byte[] name = layout.key(key);
    byte[][] names = {EntryHash.INDEX_FIELD, EntryHash.headField(id), EntryHash.bodyField(id)};
    try {
      List<KeyValue<byte[], byte[]>> fields =
          redis.ask(
              Redis.Use.LOOKUP, name, lookupDeadline, commands -> commands.hmget(name, names));
      return new Fields(field(fields, 0), field(fields, 1), field(fields, 2));
    } catch (ErrorReplyException e) {
      if (e.code().equals("WRONGTYPE")) {
        // A fault of the value: the server works.
        throw new MalformedEntryException("a value of another type");
      }
      throw e;
    }
  }

  /// The index under a name, if there is one.
  Optional<byte[]> index(byte[] name) throws IOException {
    return Optional.ofNullable(
        redis.<byte[]>ask(
            Redis.Use.CHANGE,
            name,
            lookupDeadline,
            commands -> commands.hget(name, EntryHash.INDEX_FIELD)));
  }

  /// The heads of these variants, as far as they are there.
  List<byte[]> heads(byte[] name, List<byte[]> ids) throws IOException {
    byte[][] fields = ids.stream().map(EntryHash::headField).toArray(byte[][]::new);
    List<KeyValue<byte[], byte[]>> heads =
        redis.ask(Redis.Use.CHANGE, name, lookupDeadline, commands -> commands.hmget(name, fields));
    return heads.stream().flatMap(KeyValue::stream).toList();
  }

  private static Optional<byte[]> field(List<KeyValue<byte[], byte[]>> fields, int index) {
    return index < fields.size() ? fields.get(index).optional() : Optional.empty();
  }

  /// Redis may have evicted some of them.
  boolean hasChunks(byte[] name, Manifest manifest) throws IOException {
    byte[][] chunks = chunks(name, manifest.body(), manifest.separateChunks());
    return redis.ask(Redis.Use.LOOKUP, name, lookupDeadline, commands -> commands.exists(chunks))
        == chunks.length;
  }

  Optional<byte[]> chunk(byte[] name, String body, int number) throws IOException {
    byte[] chunk = EntryHash.chunk(name, body, number);
    return Optional.ofNullable(
        redis.<byte[]>ask(Redis.Use.CHANGE, name, changeDeadline, commands -> commands.get(chunk)));
  }

  void putChunk(byte[] name, String body, int number, byte[] bytes, Duration life)
      throws IOException {
    byte[] chunk = EntryHash.chunk(name, body, number);
    SetArgs expiry = SetArgs.Builder.px(millis(life.plus(CHUNK_MARGIN)));
    change(name, commands -> commands.set(chunk, bytes, expiry));
  }

  /// Drops what no head names. That nothing is waited for, and no failure told, is on purpose: they
  /// expire by themselves.
  void dropChunks(byte[] name, String body, int count) {
    if (count > 0) {
      var _ =
          redis.send(
              Redis.Use.CHANGE,
              name,
              changeDeadline,
              commands -> commands.unlink(chunks(name, body, count)));
    }
  }

  Published publish(
      byte[] name, Instant now, int mostVariants, VariantRecord record, byte[] head, byte[] body)
      throws IOException {
    byte[] encoded = record.bytes();
    long answer =
        change(
            name,
            commands ->
                STORE.run(
                    commands,
                    new byte[][] {name},
                    decimal(VariantRecord.micros(now)),
                    decimal(mostVariants),
                    record.id(),
                    encoded,
                    head,
                    body));
    if (answer == 1) {
      return Published.STORED;
    }
    return answer == 0 ? Published.KEPT_LATER : Published.TOO_MANY_VARIANTS;
  }

  /// @param before the variant as it is expected
  /// @return whether it was as expected
  boolean refresh(byte[] name, Instant now, VariantRecord before, VariantRecord after, byte[] head)
      throws IOException {
    byte[] encoded = after.bytes();
    return change(
            name,
            commands ->
                REFRESH.run(
                    commands,
                    new byte[][] {name},
                    decimal(VariantRecord.micros(now)),
                    after.id(),
                    before.times(),
                    encoded,
                    head))
        == 1;
  }

  void remove(CacheKey key) throws IOException {
    byte[] name = layout.key(key);
    long _ = change(name, commands -> REMOVE.run(commands, new byte[][] {name}));
  }

  private <T> T change(byte[] name, Command<T> command) throws IOException {
    return redis.ask(Redis.Use.CHANGE, name, changeDeadline, command);
  }

  private static byte[][] chunks(byte[] name, String body, int count) {
    byte[][] chunks = new byte[count][];
    for (int i = 0; i < count; i++) {
      chunks[i] = EntryHash.chunk(name, body, i);
    }
    return chunks;
  }

  private static long millis(Duration duration) {
    return Math.max(1, duration.toMillis());
  }

  private static byte[] decimal(long number) {
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }
}
