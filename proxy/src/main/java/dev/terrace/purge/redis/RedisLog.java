package dev.terrace.purge.redis;

import dev.terrace.purge.PurgeRequest;
import dev.terrace.redis.Node;
import dev.terrace.redis.Redis;
import dev.terrace.redis.Script;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The log as [ControlKey] lays it out in Redis: each step is one script, and a write, so that a
/// replica refuses it.
final class RedisLog implements Log {
  /// Records kept by default.
  static final int MOST_RECORDS = 200_000;

  /// Bytes of records kept.
  private static final long MOST_BYTES = 256L << 20;

  /// Records in one answer.
  private static final int PAGE = 500;

  /// Bytes of them.
  private static final int PAGE_BYTES = 4 << 20;

  private static final Script<List<Object>> STEP = Script.ofList(RedisLog.class, "head", "sync");
  private static final Script<Long> BEGIN = Script.ofNumber(RedisLog.class, "head", "birth");
  private static final Script<Long> LEAVE = Script.ofNumber(RedisLog.class, "leave");

  /// @param prefix of every key
  /// @param db its number is part of the channel's name, since channels know no databases
  /// @param self this instance as members are told of it; `beat` and `applied` do not count
  /// @param longestLife of an entry: records that are older cover nothing
  /// @param mostRecords that are kept
  /// @param deadline for one step
  record Settings(
      String prefix,
      int db,
      Member self,
      Duration longestLife,
      int mostRecords,
      Duration deadline) {}

  private final Redis redis;
  private final Settings settings;
  private final InstantSource clock;
  private final byte[] key;
  private volatile String address = "";

  // Used by the stepping thread alone: who answered last.
  private Optional<Node> answered = Optional.empty();

  RedisLog(Redis redis, Settings settings, InstantSource clock) {
    this.redis = redis;
    this.settings = settings;
    this.clock = clock;
    this.key = ascii(settings.prefix() + "{ctl}");
  }

  static String bell(String prefix, int db) {
    return prefix + "{ctl}:bell:" + db;
  }

  /// @param reached where others reach the admin API of this instance, without scheme
  void address(String reached) {
    address = reached;
  }

  @Override
  public Reply step(Ask ask) throws IOException {
    Member self = settings.self();
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(ascii(ask.lineage().map(ControlKey::lineage).orElse("")));
    arguments.add(decimal(ask.seq()));
    arguments.add(ByteBuffer.allocate(Long.BYTES).putLong(ask.nonce()).array());
    arguments.add(ascii(ControlKey.lineages(ask.left())));
    arguments.add(ascii(self.id()));
    arguments.add(decimal(self.boot()));
    arguments.add(decimal(ask.beat()));
    arguments.add(ascii(ask.acknowledged().map(String::valueOf).orElse("")));
    arguments.add(ascii(ControlKey.binding(self.binding())));
    arguments.add(ascii(address.isEmpty() ? "-" : address));
    arguments.add(ascii(ask.isLongKnown() ? "1" : "0"));
    arguments.add(decimal(clock.millis()));
    arguments.add(decimal(settings.mostRecords()));
    arguments.add(decimal(settings.longestLife().toMillis()));
    arguments.add(decimal(PAGE));
    arguments.add(ascii(bell(settings.prefix(), settings.db())));
    arguments.add(ascii(lines(ask.carried())));
    arguments.add(decimal(MOST_BYTES));
    arguments.add(decimal(PAGE_BYTES));
    arguments.add(ascii(lines(ask.struck())));
    for (PurgeRequest purge : ask.pending()) {
      arguments.add(ascii(purge.id()));
      arguments.add(ControlKey.record(purge));
    }
    return reply(run(STEP, arguments));
  }

  @Override
  public boolean begin(Reply.Doubt seen, long lineage, List<Long> left, List<Member> absent)
      throws IOException {
    long begun =
        run(
            BEGIN,
            List.of(
                ascii(seen.lineage().map(ControlKey::lineage).orElse("")),
                ascii(seen.lineage().isPresent() ? Long.toString(seen.seq()) : ""),
                ascii(ControlKey.lineage(lineage)),
                ascii(ControlKey.lineages(left)),
                ascii(lines(with(settings.self(), absent))),
                ascii(bell(settings.prefix(), settings.db())),
                ascii(settings.self().id()),
                ascii(seen.run())));
    return begun == 1;
  }

  @Override
  public void leave(long lineage) throws IOException {
    Member self = settings.self();
    long _ =
        run(
            LEAVE,
            List.of(ascii(ControlKey.lineage(lineage)), ascii(self.id()), decimal(self.boot())));
  }

  @Override
  public boolean isRightful() throws IOException {
    return answered.isPresent() && redis.isRightful(answered.get(), key);
  }

  private <T> T run(Script<T> script, List<byte[]> arguments) throws IOException {
    byte[][] all = arguments.toArray(byte[][]::new);
    answered = Optional.empty();
    Redis.Told<T> told =
        redis.change(
            key, settings.deadline(), commands -> script.run(commands, new byte[][] {key}, all));
    answered = Optional.of(told.by());
    return told.answer();
  }

  /// Whoever begins a lineage may be gone before it is a member of it.
  private static List<Member> with(Member self, List<Member> absent) {
    List<Member> all = new ArrayList<>(absent);
    all.add(self.absent());
    return all;
  }

  private static String lines(List<Member> members) {
    return members.stream().map(ControlKey::member).collect(Collectors.joining("\n"));
  }

  private static Reply reply(List<Object> answer) throws IOException {
    return switch (text(answer, 0)) {
      case "doubt" -> {
        Optional<Long> lineage = ControlKey.optionalLineage(text(answer, 2));
        yield new Reply.Doubt(
            text(answer, 1), lineage, lineage.isPresent() ? number(answer, 3) : 0, text(answer, 4));
      }
      case "adopt" -> new Reply.Other(ControlKey.readLineage(text(answer, 1)));
      case "current" -> current(answer);
      default -> throw new IOException("an unknown answer of the log: " + text(answer, 0));
    };
  }

  private static Reply.Current current(List<Object> answer) throws IOException {
    List<PurgeRequest> records = new ArrayList<>();
    for (int i = 6; i < answer.size(); i++) {
      records.add(ControlKey.readRecord(bytes(answer, i)));
    }
    Map<String, Long> known = new HashMap<>();
    for (String line : text(answer, 5).split("\n", -1)) {
      int blank = line.indexOf(' ');
      if (blank > 0) {
        known.put(line.substring(0, blank), ControlKey.number(line.substring(blank + 1)));
      }
    }
    return new Reply.Current(
        number(answer, 1),
        number(answer, 2),
        text(answer, 3).equals("1"),
        ControlKey.readMembers(text(answer, 4)),
        known,
        records);
  }

  private static byte[] bytes(List<Object> answer, int index) throws IOException {
    if (index < answer.size() && answer.get(index) instanceof byte[] bytes) {
      return bytes;
    }
    throw new IOException("an answer of the log without its part " + index);
  }

  private static String text(List<Object> answer, int index) throws IOException {
    return new String(bytes(answer, index), StandardCharsets.UTF_8);
  }

  private static long number(List<Object> answer, int index) throws IOException {
    return ControlKey.number(text(answer, index));
  }

  private static byte[] decimal(long number) {
    return ascii(Long.toString(number));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
