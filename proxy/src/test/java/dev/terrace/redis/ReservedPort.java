package dev.terrace.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// A port of 127.0.0.1 that no other test takes until it is closed: a server can be stopped and
/// started on it again. The port lies below those that the kernel gives to clients, and a locked
/// file keeps other JVMs off it; the lock ends with the JVM.
final class ReservedPort implements AutoCloseable {
  private static final int FIRST = 20_000;
  private static final int COUNT = 10_000;
  private static final int TRIES = 1_000;
  private static final Path LOCKS =
      Path.of(System.getProperty("java.io.tmpdir"), "terrace-test-ports");

  private final int number;
  private final FileChannel file;
  private final FileLock lock;

  private ReservedPort(int number, FileChannel file, FileLock lock) {
    this.number = number;
    this.file = file;
    this.lock = lock;
  }

  static ReservedPort take() throws IOException {
    Files.createDirectories(LOCKS);
    for (int tries = 0; tries < TRIES; tries++) {
      Optional<ReservedPort> port = tryTake(FIRST + ThreadLocalRandom.current().nextInt(COUNT));
      if (port.isPresent()) {
        return port.get();
      }
    }
    throw new IOException("no port from " + FIRST + " to " + (FIRST + COUNT) + " is free");
  }

  int number() {
    return number;
  }

  @Override
  public void close() throws IOException {
    lock.release();
    file.close();
  }

  private static Optional<ReservedPort> tryTake(int number) throws IOException {
    FileChannel file =
        FileChannel.open(
            LOCKS.resolve(Integer.toString(number)),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    try {
      FileLock lock = file.tryLock();
      if (lock != null && isFree(number)) {
        return Optional.of(new ReservedPort(number, file, lock));
      }
    } catch (OverlappingFileLockException takenInThisJvm) {
      // As good as taken by another one.
    }
    file.close();
    return Optional.empty();
  }

  private static boolean isFree(int number) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), number));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
