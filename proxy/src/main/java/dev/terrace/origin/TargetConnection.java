package dev.terrace.origin;

import dev.terrace.http.Headers;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpClientConnection;
import io.vertx.core.http.impl.UnpooledHttpClientConnection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A connection to the target as an exchange sees it, pooled or its own.
final class TargetConnection {
  private static final AttributeKey<AtomicInteger> EXCHANGES =
      AttributeKey.valueOf(TargetConnection.class, "exchanges");

  private final HttpConnection connection;
  private final boolean pooled;
  private final Channel channel;
  private final @Nullable StrictCodec codec;
  private boolean reused;

  private TargetConnection(HttpConnection connection) {
    this.connection = connection;
    this.pooled = !(connection instanceof UnpooledHttpClientConnection);
    this.channel = channel(connection);
    this.codec = channel.pipeline().get(StrictCodec.class);
  }

  static TargetConnection of(HttpConnection connection) {
    return new TargetConnection(connection);
  }

  /// Makes a connection ours, before a byte of the target's is read.
  static void prepare(HttpConnection connection, TargetSettings settings) {
    Channel channel = channel(connection);
    channel.attr(EXCHANGES).set(new AtomicInteger());
    if (connection.protocolVersion() != HttpVersion.HTTP_2) {
      StrictCodec.install(channel.pipeline(), settings);
    }
    // Without a handler Vert.x logs each: a hostile target would fill the log.
    connection.exceptionHandler(failure -> {});
  }

  private static Channel channel(HttpConnection connection) {
    HttpConnection inner =
        connection instanceof UnpooledHttpClientConnection unpooled
            ? unpooled.unwrap()
            : connection;
    return ((HttpClientConnection) inner).channelHandlerContext().channel();
  }

  void begin(BiConsumer<Integer, Headers> interim) {
    reused = channel.attr(EXCHANGES).get().getAndIncrement() > 0;
    if (codec != null) {
      codec.expect(interim);
    }
  }

  /// Whether an exchange before this one had it.
  boolean wasReused() {
    return reused;
  }

  /// Whether any byte of an answer has come over HTTP/1.1; over HTTP/2 it is never known.
  boolean answerBegun() {
    return codec != null && codec.answerBegun();
  }

  boolean isPooled() {
    return pooled;
  }

  boolean isHttp1() {
    return codec != null;
  }

  void onClose(Runnable task) {
    channel.closeFuture().addListener(closed -> task.run());
  }

  void close() {
    var _ = connection.close();
  }
}
