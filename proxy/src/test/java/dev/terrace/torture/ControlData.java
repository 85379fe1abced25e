package dev.terrace.torture;

import dev.terrace.redis.RedisServer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// What can be done by hand to what instances keep in Redis to agree on purges.
final class ControlData {
  static final String KEY = "proxy:cache:{ctl}";

  private static final String OLDER = "older{ctl}";
  private static final int POLL_MILLIS = 20;

  /// In which somebody who saw the newer data reaches Redis, if anybody did see them.
  private static final int LONGEST_EXCUSE_SECONDS = 30;

  /// Forgets the oldest records, as the script that instances run does when there are too many.
  private static final String TRIM =
      """
      local key = KEYS[1]
      local seq = tonumber(redis.call('HGET', key, 'seq') or '0')
      local floor = tonumber(redis.call('HGET', key, 'floor') or '0')
      local last = floor + math.floor((seq - floor) * tonumber(ARGV[1]) / 100)
      for n = floor + 1, last do
        local record = redis.call('HGET', key, 'r' .. n)
        if record then
          local length = string.byte(record, 17)
          redis.call('HDEL', key, 'r' .. n, 'p:' .. string.sub(record, 18, 17 + length))
        end
      end
      if seq > 0 then
        redis.call('HSET', key, 'floor', last)
      end
      return last
      """;

  private final Promises promises;
  private final Chronicle chronicle;

  ControlData(Promises promises, Chronicle chronicle) {
    this.promises = promises;
    this.chronicle = chronicle;
  }

  /// Does something to it on the server that holds it.
  void harm(RedisServer server, RandomGenerator random, CountDownLatch end)
      throws InterruptedException {
    switch (random.nextInt(6)) {
      case 0 -> note("FLUSHALL", server.ask("FLUSHALL"));
      case 1 -> note("the control key is deleted", server.ask("DEL", KEY));
      case 2 -> trim(server, random);
      case 3 -> loseRecord(server, random);
      default -> putBackOlder(server, random, end);
    }
  }

  private void note(String what, String answer) {
    chronicle.note("%s: %s", what, answer);
  }

  private void trim(RedisServer server, RandomGenerator random) {
    String share = Integer.toString(50 + random.nextInt(51));
    note("records are trimmed up to", server.ask("EVAL", TRIM, "1", KEY, share));
  }

  private void loseRecord(RedisServer server, RandomGenerator random) {
    String seq = server.ask("HGET", KEY, "seq");
    if (!seq.isEmpty() && !seq.equals("0")) {
      long record = Long.parseLong(seq) - random.nextLong(Math.min(3, Long.parseLong(seq)));
      note("record " + record + " is lost", server.ask("HDEL", KEY, "r" + record));
    }
  }

  /// While nobody that saw the newer data has synced, nothing protects them; then another lineage
  /// is there, and leases given meanwhile run out. That takes its time, whether the storm goes on
  /// or not.
  private void putBackOlder(RedisServer server, RandomGenerator random, CountDownLatch end)
      throws InterruptedException {
    chronicle.note("a copy of the control key is made");
    server.ask("COPY", KEY, OLDER, "REPLACE");
    boolean _ = end.await(1_500 + random.nextInt(5_000), TimeUnit.MILLISECONDS);
    String lineage = server.ask("HGET", OLDER, "lineage");
    if (lineage.isEmpty() || sameAsOlder(server)) {
      return;
    }
    promises.beginExcuse();
    note("older control data are put back", server.ask("COPY", OLDER, KEY, "REPLACE"));
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_EXCUSE_SECONDS);
    while (server.ask("HGET", KEY, "lineage").equals(lineage) && System.nanoTime() < giveUp) {
      pass(POLL_MILLIS);
    }
    pass(Fleet.LEASE_SECONDS * 1_000L + 500);
    chronicle.note("older control data are noticed");
    promises.endExcuse();
  }

  private static void pass(long millis) throws InterruptedException {
    boolean _ = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
  }

  private static boolean sameAsOlder(RedisServer server) {
    String[] fields = {"lineage", "seq", "members"};
    for (String field : fields) {
      if (!server.ask("HGET", KEY, field).equals(server.ask("HGET", OLDER, field))) {
        return false;
      }
    }
    return true;
  }
}
