package dev.terrace.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A TCP proxy on a free port of 127.0.0.1 that does to connections what networks do. What it does
/// can be changed at any time and holds for connections that are open, too. Safe for use by any
/// thread.
public final class FaultProxy implements AutoCloseable {
  private static final int BUFFER_BYTES = 16_384;

  /// What happens to bytes on their way.
  public sealed interface Fault {
    /// Nothing.
    record None() implements Fault {}

    /// What the server sends comes so much later.
    record Delay(Duration by) implements Fault {}

    /// Nothing is read or written any more, and nothing closed.
    record HalfOpen() implements Fault {}

    /// Of the next answer so many bytes come, and then the end of the connection.
    record CutAfter(int bytes) implements Fault {}

    /// What the server sends comes byte by byte.
    record ByteByByte() implements Fault {}

    /// What the server sends comes at this rate.
    record Slow(int bytesPerSecond) implements Fault {}

    /// The next answer to come on each connection comes twice, and from then on each comes in the
    /// place of the one after it.
    record ShiftedByOne() implements Fault {}
  }

  private final ServerSocket listener;
  private final int targetPort;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private volatile Fault fault = new Fault.None();

  private FaultProxy(ServerSocket listener, int targetPort) {
    this.listener = listener;
    this.targetPort = targetPort;
  }

  /// @param targetPort of 127.0.0.1
  public static FaultProxy before(int targetPort) {
    try {
      FaultProxy proxy =
          new FaultProxy(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), targetPort);
      Thread.ofPlatform().daemon().start(proxy::accept);
      return proxy;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  /// From now on.
  public void set(Fault next) {
    lock.lock();
    try {
      fault = next;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Works as a wire again.
  public void heal() {
    set(new Fault.None());
  }

  /// Connections that are open.
  public int connections() {
    return sockets.size() / 2;
  }

  /// Cuts every connection.
  public void cut() {
    sockets.forEach(FaultProxy::close);
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    cut();
    heal();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        connect(client);
      } catch (IOException closed) {
        // The loop ends with the listener; a refused target is the client's to see.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    Socket server;
    try {
      server = new Socket(InetAddress.getLoopbackAddress(), targetPort);
    } catch (IOException refused) {
      client.close();
      throw refused;
    }
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    sockets.add(client);
    sockets.add(server);
    Thread.ofPlatform().daemon().start(() -> pump(client, server, this::request));
    Thread.ofPlatform().daemon().start(() -> pump(server, client, new Replies()));
  }

  @FunctionalInterface
  private interface Passage {
    void pass(byte[] bytes, int count, OutputStream out) throws IOException, InterruptedException;
  }

  private void pump(Socket from, Socket to, Passage passage) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        awaitOpen();
        passage.pass(buffer, count, to.getOutputStream());
      }
    } catch (IOException ended) {
      // By one side or by us.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private void request(byte[] bytes, int count, OutputStream out) throws IOException {
    out.write(bytes, 0, count);
  }

  private void awaitOpen() throws InterruptedException {
    lock.lock();
    try {
      while (fault instanceof Fault.HalfOpen && !listener.isClosed()) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Waits so long, or until the fault is another one.
  private void pause(Fault during, long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (left > 0 && fault == during) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// What one server sends on one connection. Whole reads stand for answers: tests ask one thing at
  /// a time.
  private final class Replies implements Passage {
    private boolean shifted;

    @Override
    public void pass(byte[] bytes, int count, OutputStream out)
        throws IOException, InterruptedException {
      Fault now = fault;
      switch (now) {
        case Fault.None() -> out.write(bytes, 0, count);
        case Fault.HalfOpen() -> awaitOpen();
        case Fault.Delay(Duration by) -> {
          pause(now, by.toNanos());
          out.write(bytes, 0, count);
        }
        case Fault.CutAfter(int cut) -> {
          out.write(bytes, 0, Math.min(cut, count));
          throw new SocketException("cut");
        }
        case Fault.ByteByByte() -> singly(now, bytes, count, out, 0);
        case Fault.Slow(int rate) ->
            singly(now, bytes, count, out, TimeUnit.SECONDS.toNanos(1) / rate);
        case Fault.ShiftedByOne() -> {
          if (!shifted) {
            out.write(bytes, 0, count);
          }
          shifted = true;
          out.write(bytes, 0, count);
        }
      }
    }

    private void singly(Fault now, byte[] bytes, int count, OutputStream out, long nanosEach)
        throws IOException, InterruptedException {
      for (int i = 0; i < count; i++) {
        out.write(bytes, i, 1);
        if (nanosEach > 0) {
          pause(now, nanosEach);
        }
      }
    }
  }
}
