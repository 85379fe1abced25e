import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// The target and the clients of `benchmarks/layers`, which says what is measured:
///
/// ```
/// target PORT BYTES DELAY_MILLIS         answers everything, fresh for an hour
/// rate PORT KEYS SEED PER_SECOND SECONDS requests at a fixed rate, whatever becomes of them
/// zipf PORT KEYS SEED REQUESTS CLIENTS   requests one after the other by each client
/// ```
///
/// Keys are asked for by Zipf's law with exponent 1; the same seed asks for the same ones. Times of `rate` count from the instant at which
/// a request was due, so that a stall counts for everything that it delays.
final class LayerLoad {
  private static final int RATE_CLIENTS = 200;

  private LayerLoad() {}

  public static void main(String[] arguments) throws Exception {
    int[] numbers = Arrays.stream(arguments).skip(1).mapToInt(Integer::parseInt).toArray();
    switch (arguments[0]) {
      case "target" -> target(numbers[0], numbers[1], numbers[2]);
      case "rate" -> rate(numbers[0], keys(numbers, numbers[3] * numbers[4]), numbers[3]);
      case "zipf" -> zipf(numbers[0], keys(numbers, numbers[3]), numbers[4]);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void target(int port, int bytes, int delayMillis) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    HttpServer server = HttpServer.create(address, 512);
    byte[] body = "x".repeat(bytes).getBytes(StandardCharsets.US_ASCII);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> answer(exchange, body, delayMillis));
    server.start();
  }

  private static void answer(HttpExchange exchange, byte[] body, int delayMillis)
      throws IOException {
    LockSupport.parkNanos(delayMillis * 1_000_000L);
    exchange.getResponseHeaders().add("Cache-Control", "max-age=3600");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /// What came of a request.
  ///
  /// @param what status, X-Cache and layer
  private record Result(String what, long nanos) {}

  private static void rate(int port, int[] keys, int perSecond) throws Exception {
    int total = keys.length;
    AtomicInteger next = new AtomicInteger();
    long begun = System.nanoTime();
    List<Result> results =
        clients(
            RATE_CLIENTS,
            (connection, found) -> {
              for (int i = next.getAndIncrement(); i < total; i = next.getAndIncrement()) {
                long due = begun + i * 1_000_000_000L / perSecond;
                LockSupport.parkNanos(due - System.nanoTime());
                String what = connection.ask(keys[i]);
                found.add(new Result(what, System.nanoTime() - due));
              }
            },
            port);
    tell(results, begun);
  }

  private static void zipf(int port, int[] keys, int clients) throws Exception {
    int requests = keys.length;
    AtomicInteger next = new AtomicInteger();
    long begun = System.nanoTime();
    List<Result> results =
        clients(
            clients,
            (connection, found) -> {
              for (int i = next.getAndIncrement(); i < requests; i = next.getAndIncrement()) {
                long asked = System.nanoTime();
                String what = connection.ask(keys[i]);
                found.add(new Result(what, System.nanoTime() - asked));
              }
            },
            port);
    tell(results, begun);
  }

  private interface Client {
    void run(Connection connection, List<Result> found) throws IOException;
  }

  private static List<Result> clients(int count, Client client, int port) throws Exception {
    List<Result> all = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    List<Result> found = new ArrayList<>();
                    Connection connection = new Connection(port);
                    try {
                      client.run(connection, found);
                    } catch (IOException e) {
                      throw new IllegalStateException(e);
                    } finally {
                      connection.close();
                    }
                    synchronized (all) {
                      all.addAll(found);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return all;
  }

  /// The key of each request.
  ///
  /// @param numbers of the command line: the second is how many keys, the third the seed
  private static int[] keys(int[] numbers, int requests) {
    int keys = numbers[1];
    double[] sums = new double[keys];
    double sum = 0;
    for (int i = 0; i < keys; i++) {
      sum += 1.0 / (i + 1);
      sums[i] = sum;
    }
    Random random = new Random(numbers[2]);
    int[] chosen = new int[requests];
    for (int i = 0; i < requests; i++) {
      int at = Arrays.binarySearch(sums, random.nextDouble() * sum);
      chosen[i] = Math.min(keys - 1, at < 0 ? -at - 1 : at);
    }
    return chosen;
  }

  private static void tell(List<Result> results, long begun) {
    double seconds = (System.nanoTime() - begun) / 1e9;
    TreeMap<String, List<Long>> byKind = new TreeMap<>();
    results.forEach(
        each -> byKind.computeIfAbsent(each.what(), _ -> new ArrayList<>()).add(each.nanos()));
    line("all", results.stream().map(Result::nanos).toList(), results.size());
    byKind.forEach((what, times) -> line(what, times, results.size()));
    System.out.printf(Locale.ROOT, "%.0f requests/s%n", results.size() / seconds);
  }

  private static void line(String what, List<Long> times, int all) {
    long[] sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%-22s %8d %6.2f %%  p50 %8.2f ms  p99 %8.2f ms  max %8.2f ms%n",
        what,
        sorted.length,
        100.0 * sorted.length / all,
        sorted[sorted.length / 2] / 1e6,
        sorted[sorted.length * 99 / 100] / 1e6,
        sorted[sorted.length - 1] / 1e6);
  }

  /// A connection that is made anew when it ends.
  private static final class Connection {
    private final int port;
    private Socket socket = new Socket();
    private InputStream in = InputStream.nullInputStream();

    Connection(int port) {
      this.port = port;
    }

    String ask(int key) {
      try {
        if (!socket.isConnected() || socket.isClosed()) {
          socket = new Socket(InetAddress.getLoopbackAddress(), port);
          socket.setTcpNoDelay(true);
          socket.setSoTimeout(30_000);
          in = new BufferedInputStream(socket.getInputStream());
        }
        String request = "GET /key/" + key + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return answer();
      } catch (IOException e) {
        close();
        return "broken: " + e.getMessage();
      }
    }

    private String answer() throws IOException {
      String status = line().split(" ", -1)[1];
      String cache = "";
      String layer = "";
      int length = 0;
      for (String line = line(); !line.isEmpty(); line = line()) {
        String[] field = line.split(": ", 2);
        switch (field[0].toLowerCase(Locale.ROOT)) {
          case "x-cache" -> cache = field[1];
          case "x-cache-layer" -> layer = " " + field[1];
          case "content-length" -> length = Integer.parseInt(field[1]);
          default -> {}
        }
      }
      if (in.readNBytes(length).length < length) {
        throw new EOFException("a short body");
      }
      return status + " " + cache + layer;
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\r'; c = in.read()) {
        if (c < 0) {
          throw new EOFException("the connection ended");
        }
        line.append((char) c);
      }
      in.read();
      return line.toString();
    }

    void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
