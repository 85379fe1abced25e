package dev.terrace.redis;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says once when the connections to a node are there, and once when they are not: a line a change,
/// and where they change all the time a few lines only, of which the last is right. Safe for use by
/// any thread.
final class NodeWatch implements Link.Watcher {
  private static final Logger LOG = LoggerFactory.getLogger(Redis.class);

  /// Lines within the window.
  private static final int LINES = 4;

  private static final Duration WINDOW = Duration.ofSeconds(30);

  /// What is said, or is to be said.
  private enum Say {
    NOTHING,
    CONNECTED,
    AWAY
  }

  private final InstantSource clock;
  private final Reports reports;
  private final Runnable onFailure;

  // Guarded by this.
  private final Set<Redis.Use> made = EnumSet.noneOf(Redis.Use.class);
  private final Deque<Instant> lines = new ArrayDeque<>();
  private Say said = Say.NOTHING;
  private Optional<Live> live = Optional.empty();
  private String why = "";

  NodeWatch(InstantSource clock, Reports reports, Runnable onFailure) {
    this.clock = clock;
    this.reports = reports;
    this.onFailure = onFailure;
  }

  @Override
  public void made(Redis.Use use, Live connection) {
    boolean whole;
    synchronized (this) {
      made.add(use);
      live = Optional.of(connection);
      whole = made.size() == Redis.Use.values().length;
    }
    if (whole) {
      say(Say.CONNECTED);
      reports.connected(connection.node());
    }
  }

  @Override
  public void failed(Redis.Use use, String reason) {
    boolean was;
    synchronized (this) {
      was = made.size() == Redis.Use.values().length;
      made.remove(use);
      why = reason;
    }
    say(Say.AWAY);
    reports.failed(reason, was);
    onFailure.run();
  }

  @Override
  public void pinged(Node node, Duration roundTrip) {
    reports.pinged(roundTrip);
    boolean whole;
    synchronized (this) {
      whole = made.size() == Redis.Use.values().length;
    }
    if (whole) {
      say(Say.CONNECTED);
    }
  }

  private synchronized void say(Say now) {
    Instant instant = clock.instant();
    if (now == said || !admits(instant)) {
      return;
    }
    String where = live.map(one -> " at " + one.node()).orElse("");
    if (now == Say.CONNECTED) {
      LOG.info("Connected to Redis{}{}", version(), where);
    } else if (said == Say.CONNECTED) {
      LOG.warn("The connection to Redis{} is lost: {}; it is tried again and again", where, why);
    } else {
      LOG.warn("Redis{} cannot be reached: {}; it is tried again and again", where, why);
    }
    said = now;
    lines.addLast(instant);
  }

  private String version() {
    return live.flatMap(one -> Tools.version(one.connection())).map(text -> " " + text).orElse("");
  }

  private boolean admits(Instant now) {
    while (!lines.isEmpty() && lines.getFirst().plus(WINDOW).isBefore(now)) {
      lines.removeFirst();
    }
    return lines.size() < LINES;
  }
}
