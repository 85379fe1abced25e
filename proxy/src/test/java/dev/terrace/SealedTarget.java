package dev.terrace;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/// A target whose every body begins with its path and ends in the digest of what comes before: half
/// of one, two halves of two, and one under another's path all show. The path says how long a body
/// is: `/<bytes>/<name>`. Pages stay as they are, but for those whose name begins with `changing`.
/// Tags: `all`, and the last character of the path. Safe for use by any thread.
final class SealedTarget implements AutoCloseable {
  private static final int DIGEST_CHARACTERS = 64;

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong confirmed = new AtomicLong();

  SealedTarget() {
    server = vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1").await();
  }

  /// The flag that makes it the target.
  String flag() {
    return "--target-url=http://127.0.0.1:" + server.actualPort();
  }

  /// How often it was asked for anything.
  long asked() {
    return asked.get();
  }

  /// How often it was asked whether something had changed, and it had not.
  long confirmed() {
    return confirmed.get();
  }

  private void answer(HttpServerRequest request) {
    asked.incrementAndGet();
    String path = request.path();
    String etag = "\"" + digest(path.getBytes(StandardCharsets.UTF_8)).substring(0, 16) + "\"";
    request
        .response()
        .putHeader("Cache-Control", "max-age=3600")
        .putHeader("Cache-Tag", "all, " + path.charAt(path.length() - 1));
    if (path.contains("/changing")) {
      request.response().end(Buffer.buffer(body(path, asked.get())));
    } else if (etag.equals(request.getHeader("If-None-Match"))) {
      confirmed.incrementAndGet();
      request.response().putHeader("ETag", etag).setStatusCode(304).end();
    } else {
      request.response().putHeader("ETag", etag).end(Buffer.buffer(body(path, 0)));
    }
  }

  private static byte[] body(String path, long version) {
    int bytes = Integer.parseInt(path.split("/", -1)[1]);
    String begin = path + "\n" + version + "\n";
    int filler = Math.max(0, bytes - begin.length() - DIGEST_CHARACTERS);
    StringBuilder text = new StringBuilder(begin);
    while (text.length() < begin.length() + filler) {
      text.append(text.length()).append('.');
    }
    text.setLength(begin.length() + filler);
    byte[] sealed = text.toString().getBytes(StandardCharsets.UTF_8);
    return (text + digest(sealed)).getBytes(StandardCharsets.UTF_8);
  }

  /// Whether this is a whole body of that path.
  static boolean isWhole(String path, byte[] body) {
    int end = body.length - DIGEST_CHARACTERS;
    byte[] begin = (path + "\n").getBytes(StandardCharsets.UTF_8);
    return end >= begin.length
        && Arrays.equals(begin, Arrays.copyOf(body, begin.length))
        && digest(Arrays.copyOf(body, end))
            .equals(new String(body, end, DIGEST_CHARACTERS, StandardCharsets.UTF_8));
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public void close() {
    server.close().await();
    vertx.close().await();
  }
}
