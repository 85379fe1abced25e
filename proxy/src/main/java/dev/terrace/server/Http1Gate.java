package dev.terrace.server;

import dev.terrace.flow.Problem;
import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestCheck;
import dev.terrace.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.impl.http1.VertxHttpObject;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Stands between the HTTP/1 codec and Vert.x: judges every request before anyone else sees it, and
/// lets nothing through behind one that was refused. Also knows when the connection is at rest, and
/// closes it so that the client can read what was said last.
///
/// One a connection, used on its event loop alone.
final class Http1Gate extends ChannelDuplexHandler {
  private static final String MALFORMED_BODY = "the framing of the body is malformed";

  private enum State {
    OPEN,
    /// A request was refused: what still comes is dropped.
    REFUSED,
    /// Closed toward the client, which is given time to read.
    LINGERING,
    /// The connection is a tunnel.
    TUNNEL
  }

  private final RequestCheck check;
  private final String scheme;
  private final Http1Deadlines deadlines;
  private final FastLane fastLane;
  private final Refusals refusals;
  private @Nullable ChannelHandlerContext encoder;
  private State state = State.OPEN;
  private int inFlight;
  private @Nullable Arrival current;

  /// The rest of a request that the fast lane has answered is still to come.
  private boolean swallowing;

  /// The client asked, or was told, that nothing is served after the answers under way.
  private boolean lastRequest;

  Http1Gate(
      RequestCheck check,
      String scheme,
      Http1Deadlines deadlines,
      FastLane fastLane,
      Refusals refusals) {
    this.refusals = refusals;
    this.fastLane = fastLane;
    this.check = check;
    this.scheme = scheme;
    this.deadlines = deadlines;
  }

  /// Requests given to Vert.x whose answers have not ended.
  int inFlight() {
    return inFlight;
  }

  /// From now on bytes pass as they are.
  ///
  /// @return false if the client has sent something else already
  boolean becomeTunnel() {
    if (state != State.OPEN || inFlight != 1) {
      return false;
    }
    state = State.TUNNEL;
    deadlines.stop();
    return true;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    encoder = context.pipeline().context(RawHead.ENCODER);
    deadlines.start(context, this);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    fastLane.release();
    deadlines.stop();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    deadlines.stop();
    context.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    switch (state) {
      case TUNNEL -> context.fireChannelRead(message);
      case REFUSED, LINGERING -> ReferenceCountUtil.release(message);
      case OPEN -> {
        switch (message) {
          case CheckedRequest request -> request(context, request);
          case HttpContent content -> content(context, content);
          default -> ReferenceCountUtil.release(message);
        }
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (fastLane.flush(encoder())) {
      deadlines.answered();
    }
    context.fireChannelReadComplete();
    deadlines.readComplete();
  }

  /// Answers the request that begins `in`, by its bytes alone, if one with the same head was
  /// answered before and this one may be answered now.
  FastLane.Sight answer(ByteBuf in) {
    return state == State.OPEN && !lastRequest && inFlight == 0
        ? fastLane.answer(encoder(), in)
        : FastLane.Sight.NEW;
  }

  private void request(ChannelHandlerContext context, CheckedRequest request) {
    if (lastRequest) {
      state = State.REFUSED;
      return;
    }
    RequestCheck.Verdict verdict = judge(request);
    HttpHeaders headers = request.headers();
    boolean hasBody =
        headers.contains(HttpHeaderNames.CONTENT_LENGTH)
            || headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
    lastRequest = !HttpUtil.isKeepAlive(request);
    if (verdict instanceof RequestCheck.Verdict.Sound(RequestHead head)
        && !hasBody
        && inFlight == 0
        && !lastRequest
        && head.version() == HttpVersion.HTTP_1_1
        && fastLane.answer(encoder(), head, request.bytes())) {
      swallowing = true;
      return;
    }
    // What Vert.x writes from now on comes after what the fast lane has answered.
    fastLane.write(encoder());
    current = new Arrival(verdict, hasBody);
    request.arrival(current);
    inFlight++;
    if (verdict instanceof RequestCheck.Verdict.Refused refused) {
      state = State.REFUSED;
      request.setDecoderResult(
          DecoderResult.failure(new Refusal(refused.status(), refused.detail())));
      context.fireChannelRead(request);
      context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
    } else {
      context.fireChannelRead(request);
    }
  }

  private void content(ChannelHandlerContext context, HttpContent content) {
    if (swallowing) {
      swallowing = !(content instanceof LastHttpContent);
      content.release();
      return;
    }
    Arrival arrival = current;
    if (content.decoderResult().isFailure()) {
      state = State.REFUSED;
      content.release();
      if (arrival != null) {
        arrival.breakOff(bodyRefusal(content));
      }
      return;
    }
    if (arrival != null && content instanceof LastHttpContent last) {
      HttpHeaders trailers = last.trailingHeaders();
      arrival.complete(trailers.isEmpty() ? Headers.EMPTY : headers(trailers));
      current = null;
    }
    context.fireChannelRead(content);
  }

  private RequestCheck.Verdict judge(CheckedRequest request) {
    if (request.decoderResult().isFailure()) {
      Refusal refusal = refusal(request, "the head is malformed");
      return new RequestCheck.Verdict.Refused(refusal.status(), refusal.detail());
    }
    boolean isHttp10 =
        request.protocolVersion().equals(io.netty.handler.codec.http.HttpVersion.HTTP_1_0);
    return check.check(
        request.method().name(),
        request.uri(),
        isHttp10 ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1,
        scheme,
        Optional.empty(),
        Optional.empty(),
        headers(request.headers()));
  }

  private ChannelHandlerContext encoder() {
    if (encoder == null) {
      throw new IllegalStateException("the gate is in no pipeline");
    }
    return encoder;
  }

  /// What the decoder found, in our words: its own may repeat what the client sent.
  private static Refusal refusal(HttpObject decoded, String otherwise) {
    return switch (decoded.decoderResult().cause()) {
      case Refusal refusal -> refusal;
      case TooLongHttpLineException _ -> new Refusal(414, "the request line is too long");
      case TooLongHttpHeaderException _ -> new Refusal(431, "the fields are too long");
      case null, default -> new Refusal(400, otherwise);
    };
  }

  /// Answers in Vert.x's place, which knows of no request yet, and closes.
  void refuse(ChannelHandlerContext context, Refusal refusal) {
    state = State.REFUSED;
    Problem problem = Problem.of(refusal.status(), refusal.detail(), Dispatcher.REQUEST_ERROR);
    Headers fields =
        problem
            .head()
            .headers()
            .adding("Content-Length", Integer.toString(problem.body().remaining()))
            .adding("Date", HttpClock.now())
            .adding("Connection", "close");
    ByteBuf answer = RawHead.encode(context.alloc(), refusal.status(), fields);
    refusals.on(
        new Refusals.Refused(
            Refusals.peer(context.channel()),
            "",
            "",
            HttpVersion.HTTP_1_1,
            refusal.status(),
            problem.body().remaining()));
    answer.writeBytes(problem.body());
    var _ = encoder().write(answer);
    close(context, context.newPromise());
  }

  private static Refusal bodyRefusal(HttpContent content) {
    Refusal refusal = refusal(content, MALFORMED_BODY);
    // A line of a chunk that is too long is no URI.
    return refusal.status() == 414 ? new Refusal(400, MALFORMED_BODY) : refusal;
  }

  static Headers headers(HttpHeaders fields) {
    Headers.Builder headers = Headers.builder();
    Iterator<Map.Entry<CharSequence, CharSequence>> lines = fields.iteratorCharSequence();
    while (lines.hasNext()) {
      Map.Entry<CharSequence, CharSequence> line = lines.next();
      headers.add(line.getKey().toString(), line.getValue().toString());
    }
    return headers.build();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse head
        && head.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true)) {
      lastRequest = true;
    }
    var _ = context.write(message, promise);
    if (message instanceof VertxHttpObject object && object.isEnded()) {
      inFlight--;
      deadlines.answered();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    deadlines.writabilityChanged();
    context.fireChannelWritabilityChanged();
  }

  /// Closes in two steps where the client may still be sending: a socket closed over unread bytes
  /// is reset, and the answer lost with it (RFC 9112 §9.6).
  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    boolean unread = state == State.REFUSED || current != null;
    if (!unread || !context.channel().isActive()) {
      var _ = context.close(promise);
      return;
    }
    state = State.LINGERING;
    deadlines.linger(promise);
  }
}
