package dev.terrace.server;

import dev.terrace.flow.Problem;
import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Stands between Netty's HTTP/2 codec and Vert.x: judges every request as it came, answers what it
/// refuses without Vert.x ever seeing it, and counts the frames that cost us an answer and the
/// client nothing. One a connection, used on its event loop alone.
final class Http2Gate extends Http2FrameListenerDecorator {
  private static final AttributeKey<Http2Gate> ATTRIBUTE = AttributeKey.valueOf("terrace.gate");

  private final RequestCheck check;
  private final String scheme;
  private final Limits limits;
  private final Http2ConnectionHandler handler;
  private final Http2Connection.PropertyKey key;
  private final FrameCount controlFrames;
  private final Http2Deadlines deadlines;
  private final Refusals refusals;

  private Http2Gate(
      Http2FrameListener next,
      Http2ConnectionHandler handler,
      RequestCheck check,
      String scheme,
      Limits limits,
      Refusals refusals) {
    super(next);
    this.refusals = refusals;
    this.check = check;
    this.scheme = scheme;
    this.limits = limits;
    this.handler = handler;
    this.key = handler.connection().newKey();
    this.controlFrames = new FrameCount(limits.controlFrames(), limits.controlWindow());
    this.deadlines = new Http2Deadlines(limits, handler.connection());
  }

  /// Puts a gate before the listener of this connection, and deadlines before its codec.
  static void install(
      ChannelHandlerContext context,
      RequestCheck check,
      String scheme,
      Limits limits,
      Refusals refusals) {
    Http2ConnectionHandler handler = (Http2ConnectionHandler) context.handler();
    Http2Gate gate =
        new Http2Gate(handler.decoder().frameListener(), handler, check, scheme, limits, refusals);
    handler.decoder().frameListener(gate);
    context.channel().attr(ATTRIBUTE).set(gate);
    context.pipeline().addBefore(context.name(), "deadlines", gate.deadlines);
  }

  static Http2Gate of(ChannelHandlerContext context) {
    return context.channel().attr(ATTRIBUTE).get();
  }

  Arrival arrival(int streamId) {
    return handler.connection().stream(streamId).getProperty(key);
  }

  /// @return whether Vert.x is to see these fields
  private boolean admit(
      ChannelHandlerContext context, int streamId, Http2Headers fields, boolean endOfStream) {
    deadlines.frameRead();
    Http2Stream stream = handler.connection().stream(streamId);
    if (stream == null) {
      return true;
    }
    if (stream.getProperty(key) instanceof Arrival arrival) {
      if (endOfStream) {
        arrival.complete(regular(fields));
      }
      return true;
    }
    Headers regular = regular(fields);
    RequestCheck.Verdict verdict = judge(fields, regular);
    Arrival arrival = new Arrival(verdict, !endOfStream || regular.contains("content-length"));
    stream.setProperty(key, arrival);
    if (endOfStream) {
      arrival.complete(Headers.EMPTY);
    }
    if (verdict instanceof RequestCheck.Verdict.Refused refused) {
      tell(context, fields, refused);
      refuse(context, streamId, refused, endOfStream);
      return false;
    }
    return true;
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

  private void tell(
      ChannelHandlerContext context, Http2Headers fields, RequestCheck.Verdict.Refused refused) {
    refusals.on(
        new Refusals.Refused(
            Refusals.peer(context.channel()),
            text(fields.method()).orElse(""),
            text(fields.path()).orElse(""),
            HttpVersion.HTTP_2,
            refused.status(),
            0));
  }

  /// Answers, and resets what the client has yet to send, so that nothing of it arrives (RFC 9113
  /// §8.1). A client whose window is shut does not get to keep the stream.
  private void refuse(
      ChannelHandlerContext context,
      int streamId,
      RequestCheck.Verdict.Refused refused,
      boolean endOfStream) {
    Problem problem = Problem.of(refused.status(), refused.detail(), Dispatcher.REQUEST_ERROR);
    Headers fields = problem.head().headers().adding("Date", HttpClock.now());
    Http2ConnectionEncoder encoder = handler.encoder();
    var _ =
        encoder.writeHeaders(
            context,
            streamId,
            Interim.http2Head(refused.status(), fields),
            0,
            false,
            context.newPromise());
    ByteBuf body = Unpooled.wrappedBuffer(problem.body());
    var written = encoder.writeData(context, streamId, body, 0, true, context.newPromise());
    if (!endOfStream) {
      reset(context, streamId, Http2Error.NO_ERROR);
    } else if (!written.isDone()) {
      var _ =
          context
              .executor()
              .schedule(
                  () -> reset(context, streamId, Http2Error.CANCEL),
                  limits.writeStall().toNanos(),
                  TimeUnit.NANOSECONDS);
    }
  }

  /// Resets a stream whatever of it is under way: Vert.x does not, once it has taken the last bytes
  /// of an answer.
  static void reset(
      HttpServerConnection connection, HttpServerResponse response, Http2Error error) {
    ChannelHandlerContext context = connection.channelHandlerContext();
    of(context).reset(context, (int) response.streamId(), error);
  }

  private void reset(ChannelHandlerContext context, int streamId, Http2Error error) {
    if (handler.connection().stream(streamId) != null) {
      var _ =
          handler.encoder().writeRstStream(context, streamId, error.code(), context.newPromise());
      context.flush();
    }
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int streamId,
      Http2Headers fields,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    if (admit(context, streamId, fields, endOfStream)) {
      super.onHeadersRead(context, streamId, fields, padding, endOfStream);
    }
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
    if (admit(context, streamId, fields, endOfStream)) {
      super.onHeadersRead(
          context, streamId, fields, streamDependency, weight, exclusive, padding, endOfStream);
    }
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean endOfStream)
      throws Http2Exception {
    deadlines.frameRead();
    Http2Stream stream = handler.connection().stream(streamId);
    if (endOfStream && stream != null && stream.getProperty(key) instanceof Arrival arrival) {
      arrival.complete(Headers.EMPTY);
    }
    return super.onDataRead(context, streamId, data, padding, endOfStream);
  }

  @Override
  public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
    control();
    super.onPingRead(context, data);
  }

  @Override
  public void onPingAckRead(ChannelHandlerContext context, long data) throws Http2Exception {
    control();
    super.onPingAckRead(context, data);
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
      throws Http2Exception {
    control();
    super.onSettingsRead(context, settings);
  }

  @Override
  public void onSettingsAckRead(ChannelHandlerContext context) throws Http2Exception {
    control();
    super.onSettingsAckRead(context);
  }

  @Override
  public void onPriorityRead(
      ChannelHandlerContext context,
      int streamId,
      int streamDependency,
      short weight,
      boolean exclusive)
      throws Http2Exception {
    control();
    super.onPriorityRead(context, streamId, streamDependency, weight, exclusive);
  }

  @Override
  public void onWindowUpdateRead(ChannelHandlerContext context, int streamId, int increment)
      throws Http2Exception {
    deadlines.frameRead();
    super.onWindowUpdateRead(context, streamId, increment);
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext context, int streamId, long error)
      throws Http2Exception {
    deadlines.frameRead();
    super.onRstStreamRead(context, streamId, error);
  }

  private void control() throws Http2Exception {
    deadlines.frameRead();
    controlFrames.count();
  }
}
