package dev.terrace.layer.redis;

import dev.terrace.layer.Entry;
import dev.terrace.layer.MalformedEntryException;
import dev.terrace.redis.Node;
import dev.terrace.redis.Redis;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KeyValue;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/// Everything that lies under the prefix, walked through in bounded steps (SCAN, never KEYS): for
/// the admin API and the background. Other keys of the database are never touched. Safe for use by
/// any thread.
final class Keyspace {
  /// Keys that Redis looks at in one step; it does nothing else meanwhile.
  private static final int STEP = 500;

  private static final int DIGEST_DIGITS = 64;

  private final Redis redis;
  private final String prefix;
  private final Duration deadline;

  /// @param deadline for one step
  Keyspace(Redis redis, String prefix, Duration deadline) {
    this.redis = redis;
    this.prefix = prefix;
    this.deadline = deadline;
  }

  /// Drops entries and chunks, and leaves the control key, which has no digest.
  ///
  /// @return how many keys
  long clear() throws IOException {
    LongAdder unlinked = new LongAdder();
    for (Node node : redis.nodes()) {
      each(
          node,
          pattern("*"),
          keys -> {
            unlink(node, keys);
            unlinked.add(keys.size());
          });
    }
    return unlinked.sum();
  }

  private void unlink(Node node, List<byte[]> keys) throws IOException {
    // One by one in one go: in a cluster the keys of one command must be in one slot.
    redis.askNode(
        node,
        deadline,
        commands -> {
          List<CompletableFuture<Long>> dropped = new ArrayList<>();
          keys.forEach(key -> dropped.add(commands.unlink(key).toCompletableFuture()));
          return CompletableFuture.allOf(dropped.toArray(CompletableFuture[]::new));
        });
  }

  /// The heads of the entries, as they come.
  Stream<Entry> heads(Seal seal) throws IOException {
    return redis.nodes().stream().flatMap(node -> heads(node, seal));
  }

  private Stream<Entry> heads(Node node, Seal seal) {
    return Stream.iterate(
            step(node, pattern(""), ScanCursor.INITIAL),
            step -> !step.isDone(),
            step -> step.last() ? Step.DONE : step(node, pattern(""), step.cursor()))
        .flatMap(step -> step.keys().stream())
        .flatMap(key -> heads(node, key, seal).stream());
  }

  private record Step(ScanCursor cursor, List<byte[]> keys, boolean last, boolean isDone) {
    static final Step DONE = new Step(ScanCursor.INITIAL, List.of(), true, true);
  }

  private Step step(Node node, String pattern, ScanCursor cursor) {
    try {
      KeyScanCursor<byte[]> next = scan(node, pattern, cursor);
      return new Step(next, next.getKeys(), next.isFinished(), false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private KeyScanCursor<byte[]> scan(Node node, String pattern, ScanCursor cursor)
      throws IOException {
    ScanArgs arguments = ScanArgs.Builder.matches(pattern).limit(STEP);
    return redis.askNode(node, deadline, commands -> commands.scan(cursor, arguments));
  }

  private interface Batch {
    void take(List<byte[]> keys) throws IOException;
  }

  private void each(Node node, String pattern, Batch batch) throws IOException {
    ScanCursor cursor = ScanCursor.INITIAL;
    while (!cursor.isFinished()) {
      KeyScanCursor<byte[]> next = scan(node, pattern, cursor);
      if (!next.getKeys().isEmpty()) {
        batch.take(next.getKeys());
      }
      cursor = next;
    }
  }

  private List<Entry> heads(Node node, byte[] name, Seal seal) {
    List<Entry> entries = new ArrayList<>();
    try {
      byte[] index =
          redis.<byte[]>askNode(
              node, deadline, commands -> commands.hget(name, EntryHash.INDEX_FIELD));
      if (index == null) {
        return entries;
      }
      byte[][] fields =
          VariantRecord.read(index).stream()
              .map(each -> EntryHash.headField(each.id()))
              .toArray(byte[][]::new);
      List<KeyValue<byte[], byte[]>> heads =
          redis.askNode(node, deadline, commands -> commands.hmget(name, fields));
      for (KeyValue<byte[], byte[]> head : heads) {
        if (head.hasValue()) {
          entries.add(HeadFormat.read(name, head.getValue(), seal).entry());
        }
      }
    } catch (MalformedEntryException e) {
      // Not an entry; a lookup would count it.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entries;
  }

  /// A glob for the keys of entries, and of what `rest` adds; only what has a digest.
  private String pattern(String rest) {
    StringBuilder pattern = new StringBuilder();
    for (int i = 0; i < prefix.length(); i++) {
      char c = prefix.charAt(i);
      if ("*?[]\\^-".indexOf(c) >= 0) {
        pattern.append('\\');
      }
      pattern.append(c);
    }
    return pattern
        .append('{')
        .append("?".repeat(DIGEST_DIGITS))
        .append('}')
        .append(rest)
        .toString();
  }
}
