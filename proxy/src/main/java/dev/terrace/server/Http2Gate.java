package dev.terrace.server;

import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestCheck;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AttributeKey;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Stands between Netty's HTTP/2 codec and Vert.x: judges every request as it came, and counts the
/// frames that cost us an answer and the client nothing. One a connection, used on its event loop
/// alone.
final class Http2Gate extends Http2FrameListenerDecorator {
  private static final AttributeKey<Http2Gate> ATTRIBUTE = AttributeKey.valueOf("terrace.gate");

  private final RequestCheck check;
  private final String scheme;
  private final Http2Connection connection;
  private final Http2Connection.PropertyKey key;
  private final FrameCount controlFrames;

  private Http2Gate(
      Http2FrameListener next,
      Http2Connection connection,
      RequestCheck check,
      String scheme,
      FrameCount controlFrames) {
    super(next);
    this.check = check;
    this.scheme = scheme;
    this.connection = connection;
    this.key = connection.newKey();
    this.controlFrames = controlFrames;
  }

  /// Puts a gate before the listener of this connection.
  static void install(
      ChannelHandlerContext context, RequestCheck check, String scheme, Limits limits) {
    Http2ConnectionHandler handler = (Http2ConnectionHandler) context.handler();
    Http2Gate gate =
        new Http2Gate(
            handler.decoder().frameListener(),
            handler.connection(),
            check,
            scheme,
            new FrameCount(limits.controlFrames(), limits.controlWindow()));
    handler.decoder().frameListener(gate);
    context.channel().attr(ATTRIBUTE).set(gate);
  }

  static Http2Gate of(ChannelHandlerContext context) {
    return context.channel().attr(ATTRIBUTE).get();
  }

  Arrival arrival(int streamId) {
    return connection.stream(streamId).getProperty(key);
  }

  private void headers(int streamId, Http2Headers fields, boolean endOfStream) {
    Http2Stream stream = connection.stream(streamId);
    if (stream == null) {
      return;
    }
    Arrival arrival = stream.getProperty(key);
    if (arrival == null) {
      Headers regular = regular(fields);
      boolean hasBody = !endOfStream || regular.contains("content-length");
      arrival = new Arrival(judge(fields, regular), hasBody);
      stream.setProperty(key, arrival);
      if (endOfStream) {
        arrival.complete(Headers.EMPTY);
      }
    } else if (endOfStream) {
      arrival.complete(regular(fields));
    }
  }

  private RequestCheck.Verdict judge(Http2Headers fields, Headers regular) {
    return check.check(
        text(fields.method()).orElse(""),
        text(fields.path()).orElse(""),
        HttpVersion.HTTP_2,
        scheme,
        text(fields.scheme()),
        text(fields.authority()),
        regular);
  }

  private static Optional<String> text(@Nullable CharSequence value) {
    return value == null ? Optional.empty() : Optional.of(value.toString());
  }

  private static Headers regular(Http2Headers fields) {
    Headers.Builder headers = Headers.builder();
    for (Map.Entry<CharSequence, CharSequence> field : fields) {
      CharSequence name = field.getKey();
      if (name.isEmpty() || name.charAt(0) != ':') {
        headers.add(name.toString(), field.getValue().toString());
      }
    }
    return headers.build();
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int streamId,
      Http2Headers fields,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    headers(streamId, fields, endOfStream);
    super.onHeadersRead(context, streamId, fields, padding, endOfStream);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int streamId,
      Http2Headers fields,
      int streamDependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    headers(streamId, fields, endOfStream);
    super.onHeadersRead(
        context, streamId, fields, streamDependency, weight, exclusive, padding, endOfStream);
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean endOfStream)
      throws Http2Exception {
    Http2Stream stream = connection.stream(streamId);
    if (endOfStream && stream != null && stream.getProperty(key) instanceof Arrival arrival) {
      arrival.complete(Headers.EMPTY);
    }
    return super.onDataRead(context, streamId, data, padding, endOfStream);
  }

  @Override
  public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
    controlFrames.count();
    super.onPingRead(context, data);
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
      throws Http2Exception {
    controlFrames.count();
    super.onSettingsRead(context, settings);
  }

  @Override
  public void onPriorityRead(
      ChannelHandlerContext context,
      int streamId,
      int streamDependency,
      short weight,
      boolean exclusive)
      throws Http2Exception {
    controlFrames.count();
    super.onPriorityRead(context, streamId, streamDependency, weight, exclusive);
  }
}
