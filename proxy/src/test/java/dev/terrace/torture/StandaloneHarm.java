package dev.terrace.torture;

import dev.terrace.redis.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// One Redis, with an append-only file, is stopped, restarted with its data, with older ones, or
/// without any, and its control data are harmed.
final class StandaloneHarm implements Harm {
  private static final int LONGEST_STOP_MILLIS = 5_000;
  private static final int LONGEST_DOWN_MILLIS = 1_500;

  private final RedisServer server;
  private final ControlData control;
  private final Chronicle chronicle;
  private final Path data;
  private final Path older;

  StandaloneHarm(RedisServer server, ControlData control, Chronicle chronicle) {
    this.server = server;
    this.control = control;
    this.chronicle = chronicle;
    this.data = server.directory().resolve("appendonlydir");
    this.older = server.directory().resolve("older");
  }

  @Override
  public void inflict(RandomGenerator random, CountDownLatch end) throws Exception {
    switch (random.nextInt(9)) {
      case 0 -> stop(random.nextInt(LONGEST_STOP_MILLIS), end);
      case 1 -> restart("with its data", random, end);
      case 2 -> {
        killed(random, end);
        deleteTree(data);
        again("without data");
      }
      case 3 -> {
        if (Files.exists(older)) {
          killed(random, end);
          deleteTree(data);
          copyTree(older, data);
          again("with older data");
        } else {
          restart("with its data, of which a copy is kept", random, end);
        }
      }
      default -> control.harm(server, random, end);
    }
  }

  private void stop(int millis, CountDownLatch end) throws InterruptedException {
    chronicle.note("SIGSTOP to Redis for %d ms", millis);
    server.suspend();
    boolean _ = end.await(millis, TimeUnit.MILLISECONDS);
    server.resume();
    chronicle.note("SIGCONT to Redis");
  }

  private void restart(String how, RandomGenerator random, CountDownLatch end) throws Exception {
    killed(random, end);
    deleteTree(older);
    copyTree(data, older);
    again(how);
  }

  private void killed(RandomGenerator random, CountDownLatch end) throws InterruptedException {
    chronicle.note("Redis is killed");
    server.kill();
    boolean _ = end.await(random.nextInt(LONGEST_DOWN_MILLIS), TimeUnit.MILLISECONDS);
  }

  private void again(String how) {
    server.restart();
    chronicle.note("Redis is back, %s", how);
  }

  private static void deleteTree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      List<Path> outermostFirst = all.toList();
      for (Path path : outermostFirst) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}
