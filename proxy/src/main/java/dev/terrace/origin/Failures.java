package dev.terrace.origin;

import dev.terrace.origin.OriginResult.Failure;
import dev.terrace.origin.OriginResult.Kind;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.impl.NoStackTraceTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;

/// What an exception of Vert.x's or Netty's means for the client. The details hold nothing that the
/// target sent.
final class Failures {
  private Failures() {}

  static Failure of(Throwable cause) {
    return switch (cause) {
      case ConnectionPoolTooBusyException e ->
          new Failure(Kind.OVERLOADED, "too many requests wait for a connection");
      case NoStackTraceTimeoutException e ->
          new Failure(Kind.OVERLOADED, "no connection became free in time");
      case ConnectTimeoutException e -> new Failure(Kind.TIMED_OUT, "connecting took too long");
      case SslHandshakeTimeoutException e ->
          new Failure(Kind.TIMED_OUT, "the TLS handshake took too long");
      case SSLException e -> new Failure(Kind.UNREACHABLE, "the TLS handshake failed");
      case UnknownHostException e ->
          new Failure(Kind.UNREACHABLE, "the target's name does not resolve");
      case ConnectException e -> new Failure(Kind.UNREACHABLE, "the connection was refused");
      case MalformedAnswer e -> new Failure(Kind.MALFORMED, e.detail());
      case PrematureChannelClosureException e ->
          new Failure(Kind.UNREACHABLE, "the connection was closed within the head");
      case DecoderException e -> malformedOrTls(e);
      case Http2Exception e -> new Failure(Kind.MALFORMED, "not HTTP/2: " + e.error());
      case StreamResetException e -> new Failure(Kind.UNREACHABLE, "the stream was reset");
      default ->
          new Failure(
              Kind.UNREACHABLE,
              isClosed(cause)
                  ? "the connection was closed before the answer"
                  : "unreachable: " + cause.getClass().getSimpleName());
    };
  }

  /// Whether the connection itself ended, orderly or not.
  static boolean isClosed(Throwable cause) {
    return cause instanceof HttpClosedException
        || cause instanceof ClosedChannelException
        || (cause instanceof IOException
            && !(cause instanceof ConnectException)
            && !(cause instanceof UnknownHostException)
            && !(cause instanceof SSLException));
  }

  private static Failure malformedOrTls(DecoderException e) {
    return e.getCause() instanceof SSLException
        ? new Failure(Kind.UNREACHABLE, "TLS failed")
        : new Failure(Kind.MALFORMED, "not HTTP: " + e.getClass().getSimpleName());
  }
}
