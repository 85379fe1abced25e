package dev.terrace.redis;

import dev.terrace.config.RedisSettings;
import dev.terrace.observe.Observer;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out what Redis is, for as long as that takes, on a thread of its own, and holds what it
/// found. Safe for use by any thread.
final class Supervisor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Redis.class);

  /// Where the search for the deployment is.
  private enum Stage {
    NEW,
    STARTED,
    CLOSED
  }

  private final RedisSettings settings;
  private final Retry retry;
  private final Password password;
  private final Failures failures;
  private final Reports reports;
  private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();

  /// Changed under this object's lock.
  private volatile Stage stage = Stage.NEW;

  // Guarded by this.
  private Optional<Thread> search = Optional.empty();
  private Optional<Dialer> dialer = Optional.empty();

  private volatile Optional<Deployment> deployment = Optional.empty();
  private volatile Optional<ServerChecks> checks = Optional.empty();

  Supervisor(RedisSettings settings, Observer observer, InstantSource clock, Retry retry) {
    this.settings = settings;
    this.retry = retry;
    this.password = new Password(settings);
    this.failures = new Failures(password);
    this.reports =
        new Reports(
            observer,
            clock,
            () -> known().map(Deployment::state).orElse(Status.State.DISCONNECTED),
            node -> checks.ifPresent(one -> one.check(node, known().map(Deployment::mode))));
  }

  /// Begins, if it has not.
  void start() {
    // Every command comes by here while there is no connection.
    if (stage != Stage.NEW) {
      return;
    }
    synchronized (this) {
      if (stage == Stage.NEW) {
        stage = Stage.STARTED;
        begin();
      }
    }
  }

  /// What was found; empty while the search goes on.
  Optional<Deployment> known() {
    return deployment;
  }

  /// @throws NotConnectedException while the search goes on; it begins here if it has not
  Deployment deployment() throws NotConnectedException {
    Optional<Deployment> found = deployment;
    if (found.isPresent()) {
      return found.get();
    }
    start();
    throw new NotConnectedException("there is no connection to Redis");
  }

  /// The database that is used.
  int db() {
    return settings.db();
  }

  Status status() {
    Optional<Deployment> found = deployment;
    return reports.status(
        found.map(Deployment::mode).orElse("auto"), found.map(one -> one.nodes().size()).orElse(0));
  }

  Subscription subscribe(String channel, Consumer<byte[]> onMessage, Runnable onReconnected) {
    start();
    Subscription subscription =
        new Subscription(this, channel, onMessage, onReconnected, retry, subscriptions::remove);
    subscriptions.add(subscription);
    return subscription.start();
  }

  /// Empty before the start and after the end.
  synchronized Optional<Tools> tools() {
    return dialer.map(one -> new Tools(settings, one, failures, retry, reports, this::rediscover));
  }

  @Override
  public void close() {
    Optional<Dialer> last;
    synchronized (this) {
      stage = Stage.CLOSED;
      search.ifPresent(Thread::interrupt);
      last = dialer;
      dialer = Optional.empty();
    }
    subscriptions.forEach(Subscription::close);
    deployment.ifPresent(Deployment::close);
    deployment = Optional.empty();
    last.ifPresent(Dialer::close);
  }

  /// What was found is not what Redis is (any more).
  private synchronized void rediscover() {
    if (stage == Stage.STARTED && deployment.isPresent()) {
      deployment.get().close();
      deployment = Optional.empty();
      begin();
    }
  }

  private synchronized void begin() {
    search = Optional.of(Thread.ofVirtual().name("redis-search").start(this::search));
  }

  private void search() {
    Optional<Tools> tools = prepare();
    NodeWatch watch = reports.watcher(() -> {});
    try {
      for (int failed = 1; tools.isPresent(); failed++) {
        try {
          found(new Discovery(tools.get()).find());
          return;
        } catch (IOException failure) {
          watch.failed(Redis.Use.LOOKUP, String.valueOf(failure.getMessage()));
        } catch (RuntimeException | Error bug) {
          // It must not be the end of the search.
          LOG.error("Finding Redis failed for a reason that is not Redis's", bug);
          watch.failed(Redis.Use.LOOKUP, "a fault of Terrace");
        }
        retry.pause(failed);
      }
    } catch (InterruptedException closed) {
      LOG.debug("the search for Redis ends");
    }
  }

  /// The client's threads and classes take a moment, which is not the caller's.
  private Optional<Tools> prepare() {
    Optional<Tools> before = tools();
    if (before.isPresent()) {
      return before;
    }
    Dialer made = new Dialer(settings, password, failures);
    synchronized (this) {
      if (stage == Stage.CLOSED) {
        made.close();
        return Optional.empty();
      }
      dialer = Optional.of(made);
    }
    Optional<Tools> tools = tools();
    checks = tools.map(ServerChecks::new);
    return tools;
  }

  private synchronized void found(Deployment one) {
    if (stage == Stage.CLOSED) {
      one.close();
    } else {
      deployment = Optional.of(one);
    }
  }
}
