package dev.terrace.origin;

import dev.terrace.http.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The codec of one HTTP/1.1 connection to the target, in the place of Vert.x's own: nothing that
/// was not asked for ever reaches a request.
///
/// It knows whether an answer is due. Bytes that come when none is close the connection; bytes
/// behind an answer, in the same read, end the connection with that answer, so that the pool never
/// sees it again. It takes 1xx answers out of the stream and hands them to [#interim], refuses what
/// [AnswerCheck] refuses, and takes a body that only the connection's end delimits as whole only
/// where that end was orderly (RFC 9112 §8, §9.8).
///
/// Everything runs on the connection's event loop but [#expect] and [#answerBegun]. Longer than
/// most files because the decoder needs the phase that the encoder sets: they are one.
final class StrictCodec
    extends CombinedChannelDuplexHandler<HttpResponseDecoder, HttpRequestEncoder> {
  /// The name under which Vert.x keeps its codec, and removes it for a tunnel.
  static final String NAME = "codec";

  private static final int LONGEST_LINE_BYTES = 4096;
  private static final int LARGEST_BUFFER_BYTES = 16 * 1024;
  private static final int SWITCHING_PROTOCOLS = 101;

  private enum Phase {
    /// No answer is due.
    IDLE,
    /// An answer is due, its final head has not come.
    AWAITING,
    /// The final head has come, its body has not ended.
    IN_BODY,
    /// A 101 was asked for and came: all that follows is the tunnel's.
    TUNNEL,
    /// Something unasked or malformed came: nothing more is read or written.
    BROKEN
  }

  private final TargetSettings settings;
  private final long createdNanos = System.nanoTime();
  private volatile BiConsumer<Integer, Headers> interim = (status, headers) -> {};
  private volatile boolean answerBegun;

  private Phase phase = Phase.IDLE;
  private HttpMethod asked = HttpMethod.GET;
  private boolean upgradeAsked;
  private boolean headBegun;
  private int interimCount;
  private @Nullable HttpResponse head;
  private boolean failed;
  private boolean closeNotified;

  private StrictCodec(TargetSettings settings) {
    this.settings = settings;
    HttpDecoderConfig config =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(LONGEST_LINE_BYTES)
            .setMaxHeaderSize(settings.answers().headBytes())
            .setMaxChunkSize(LARGEST_BUFFER_BYTES)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true);
    init(new Decoder(config), new Encoder());
  }

  /// Puts a strict codec in the place of Vert.x's.
  static void install(ChannelPipeline pipeline, TargetSettings settings) {
    // A failed write must not close the connection before the answer that explains it was read.
    pipeline.channel().config().setAutoClose(false);
    pipeline.replace(NAME, NAME, new StrictCodec(settings));
  }

  /// Announces an exchange, before its request is written.
  void expect(BiConsumer<Integer, Headers> interimOfExchange) {
    answerBegun = false;
    interim = interimOfExchange;
  }

  /// Whether any byte has come since [#expect].
  boolean answerBegun() {
    return answerBegun;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    failed = true;
    super.exceptionCaught(ctx, cause);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof SslCloseCompletionEvent close) {
      closeNotified = close.isSuccess();
    }
    super.userEventTriggered(ctx, event);
  }

  /// Whether the end of the connection may be the end of a body that nothing else delimits.
  private boolean endsOrderly(ChannelHandlerContext ctx) {
    return !failed && (closeNotified || ctx.pipeline().get(SslHandler.class) == null);
  }

  private final class Encoder extends HttpRequestEncoder {
    @Override
    protected void encode(ChannelHandlerContext ctx, Object message, List<Object> out)
        throws Exception {
      if (message instanceof HttpRequest request) {
        if (phase == Phase.BROKEN) {
          throw new MalformedAnswer("the connection is closed for what came unasked");
        }
        phase = Phase.AWAITING;
        asked = request.method();
        upgradeAsked = request.headers().contains(HttpHeaderNames.UPGRADE);
        headBegun = false;
        interimCount = 0;
      }
      super.encode(ctx, message, out);
    }
  }

  private final class Decoder extends HttpResponseDecoder {
    private int versionEnd;

    Decoder(HttpDecoderConfig config) {
      super(config);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
        throws Exception {
      if (phase == Phase.BROKEN || phase == Phase.IDLE) {
        buffer.skipBytes(buffer.readableBytes());
        if (phase == Phase.IDLE) {
          phase = Phase.BROKEN;
          var _ = ctx.close();
        }
        return;
      }
      answerBegun = true;
      if (phase == Phase.AWAITING && !headBegun) {
        // Netty would skip line ends and control bytes before a status line.
        if (buffer.getByte(buffer.readerIndex()) != 'H') {
          buffer.skipBytes(buffer.readableBytes());
          phase = Phase.BROKEN;
          throw new MalformedAnswer("the answer does not begin with a status line");
        }
        headBegun = true;
      }
      int before = out.size();
      super.decode(ctx, buffer, out);
      judge(buffer, out, before);
    }

    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
        throws Exception {
      int before = out.size();
      super.decodeLast(ctx, buffer, out);
      if (phase == Phase.IN_BODY && !endsOrderly(ctx)) {
        phase = Phase.BROKEN;
        out.subList(before, out.size()).removeIf(LastHttpContent.class::isInstance);
      }
      judge(buffer, out, before);
    }

    /// Judges what was decoded since `before`; what must not go on is taken out.
    private void judge(ByteBuf buffer, List<Object> out, int before) {
      for (int i = before; i < out.size(); i++) {
        Object decoded = out.get(i);
        try {
          if (decoded instanceof HttpObject object) {
            refuseFailed(object);
          }
          if (decoded instanceof HttpResponse response && isInterim(response)) {
            drop(out, i);
            tellInterim(response);
          } else if (decoded instanceof HttpResponse response) {
            begin(response);
          } else if (decoded instanceof LastHttpContent last && phase == Phase.IN_BODY) {
            AnswerCheck.trailers(last.trailingHeaders(), settings.answers().fields());
            end(buffer);
          }
        } catch (MalformedAnswer e) {
          drop(out, i);
          phase = Phase.BROKEN;
          throw e;
        }
      }
    }

    private void drop(List<Object> out, int from) {
      List<Object> rest = out.subList(Math.min(from, out.size()), out.size());
      rest.forEach(ReferenceCountUtil::release);
      rest.clear();
    }

    private void refuseFailed(HttpObject object) {
      Throwable cause = object.decoderResult().cause();
      if (cause instanceof MalformedAnswer malformed) {
        throw malformed;
      }
      if (cause != null && !(cause instanceof PrematureChannelClosureException)) {
        throw new MalformedAnswer("not HTTP/1.1: " + cause.getClass().getSimpleName());
      }
    }

    private boolean isInterim(HttpResponse response) {
      int status = response.status().code();
      return status < 200 && status != SWITCHING_PROTOCOLS;
    }

    private void tellInterim(HttpResponse response) {
      if (++interimCount > settings.answers().interim()) {
        throw new MalformedAnswer("more than " + settings.answers().interim() + " interim answers");
      }
      headBegun = false;
      if (response.status().code() != 100) {
        interim.accept(response.status().code(), AnswerFields.endToEnd(response.headers()));
      }
    }

    private void begin(HttpResponse response) {
      if (response.status().code() == SWITCHING_PROTOCOLS) {
        phase = Phase.TUNNEL;
        return;
      }
      head = response;
      phase = Phase.IN_BODY;
      AnswerFields.removeNamed(response.headers());
      Persistence.settle(response.headers(), settings, System.nanoTime() - createdNanos);
    }

    private void end(ByteBuf buffer) {
      phase = Phase.IDLE;
      HttpResponse ended = head;
      head = null;
      if (buffer.isReadable() && ended != null) {
        // Vert.x reads this field when the answer ends; it closes instead of pooling.
        ended.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        buffer.skipBytes(buffer.readableBytes());
        phase = Phase.BROKEN;
      }
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
      AnswerCheck.statusLine(initialLine[0], initialLine[1], initialLine[2]);
      return super.createMessage(initialLine);
    }

    @Override
    protected String splitFirstWordInitialLine(byte[] bytes, int start, int length) {
      versionEnd = start + length;
      return super.splitFirstWordInitialLine(bytes, start, length);
    }

    @Override
    protected String splitSecondWordInitialLine(byte[] bytes, int start, int length) {
      if (length == 0 || start != versionEnd + 1 || bytes[versionEnd] != ' ') {
        throw new MalformedAnswer("version and status are not parted by one space");
      }
      return super.splitSecondWordInitialLine(bytes, start, length);
    }

    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
      if (length == 0 || start + length >= line.length || line[start + length] != ':') {
        throw new MalformedAnswer("a field name is empty or does not end with its colon");
      }
      return super.splitHeaderName(line, start, length);
    }

    /// Netty asks this when the fields are complete and before it decides how the body ends.
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
      HttpResponse response = (HttpResponse) message;
      int status = response.status().code();
      AnswerCheck.fields(response.headers(), settings.answers().fields());
      if (status == SWITCHING_PROTOCOLS && !upgradeAsked) {
        throw new MalformedAnswer("a 101 that was not asked for");
      }
      return status < 200 || status == 204 || status == 304 || asked.equals(HttpMethod.HEAD);
    }
  }
}
