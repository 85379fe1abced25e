package dev.terrace.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.impl.http1.VertxHttpRequestDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Vert.x's decoder of HTTP/1 requests, which refuses what only the raw bytes show: separators
/// other than one space, versions other than 1.0 and 1.1, folded lines, empty names, too many
/// fields, and anything but one empty line before a request (RFC 9112 §2.2, §3, §5).
///
/// A refused request comes out with a failed result whose cause is a [Refusal]; nothing is decoded
/// after it.
final class StrictDecoder extends VertxHttpRequestDecoder {
  /// The target of what stands for a request whose line cannot be read.
  static final String UNREADABLE = "-";

  private static final byte SP = ' ';
  private static final byte HT = '\t';
  private static final byte CR = '\r';
  private static final byte LF = '\n';

  private enum Place {
    /// Between messages.
    START,
    /// An empty line was skipped.
    AFTER_EMPTY_LINE,
    HEAD,
    BODY,
    /// What came cannot be understood, nor what follows.
    REFUSED
  }

  private final int maxFields;
  private Place place = Place.START;
  private int fields;
  private int wordEnd;
  private boolean firstLineTaken;
  private boolean disguised;
  private @Nullable Http1Gate gate;

  StrictDecoder(Http1ServerConfig config, int maxFields) {
    super(config);
    this.maxFields = maxFields;
  }

  /// Has this gate asked, before a head is parsed, whether it is known.
  void gate(Http1Gate judging) {
    gate = judging;
  }

  /// Whether some bytes of a head were seen and its end was not.
  boolean isInsideHead() {
    return switch (place) {
      case START -> actualReadableBytes() > 0;
      case AFTER_EMPTY_LINE, HEAD -> true;
      case BODY, REFUSED -> false;
    };
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    switch (place) {
      case START -> {
        switch (gate == null ? FastLane.Sight.NEW : gate.answer(in)) {
          case ANSWERED -> {}
          case AGAIN -> decodeKeepingBytes(context, in, out);
          case NEW -> decodeStart(context, in, out);
        }
      }
      case AFTER_EMPTY_LINE -> decodeStart(context, in, out);
      case HEAD -> decodeHead(context, in, out);
      case BODY -> {
        super.decode(context, in, out);
        moveOn(lastOf(out));
      }
      case REFUSED -> in.skipBytes(in.readableBytes());
    }
  }

  private void decodeStart(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    if (atRequestLine(in, out)) {
      decodeHead(context, in, out);
    }
  }

  /// The request keeps its bytes if it is they that were parsed between one message and the next,
  /// no fewer and no more: the same bytes there are the same request.
  private void decodeKeepingBytes(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    int from = in.readerIndex();
    decodeStart(context, in, out);
    if (place == Place.START && out.size() == 2 && out.get(0) instanceof CheckedRequest request) {
      request.bytes(ByteBufUtil.getBytes(in, from, in.readerIndex() - from));
    }
  }

  private void decodeHead(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    int from = in.readerIndex();
    int before = out.size();
    place = Place.HEAD;
    super.decode(context, in, out);
    disguised |= isDisguised(in, from, in.readerIndex());
    if (out.size() > before) {
      if (disguised && out.get(before) instanceof HttpRequest request) {
        request.setDecoderResult(
            DecoderResult.failure(
                new Refusal(400, "a field is folded, or ends in a control character")));
      }
      place = Place.BODY;
      moveOn(lastOf(out));
    }
  }

  private static @Nullable Object lastOf(List<Object> out) {
    return out.isEmpty() ? null : out.get(out.size() - 1);
  }

  private void moveOn(@Nullable Object last) {
    if (last instanceof LastHttpContent content && content.decoderResult().isSuccess()) {
      place = Place.START;
      firstLineTaken = false;
      disguised = false;
    }
  }

  /// Skips one empty line, and refuses what the parser would skip in silence: further ones, and
  /// bare CR and LF.
  private boolean atRequestLine(ByteBuf in, List<Object> out) {
    if (!in.isReadable()) {
      return false;
    }
    byte first = in.getByte(in.readerIndex());
    if (first == CR && place == Place.START) {
      if (in.readableBytes() < 2) {
        return false;
      }
      if (in.getByte(in.readerIndex() + 1) == LF) {
        in.skipBytes(2);
        place = Place.AFTER_EMPTY_LINE;
        return atRequestLine(in, out);
      }
    }
    if (first == CR || first == LF) {
      HttpMessage refused = createInvalidMessage();
      refused.setDecoderResult(
          DecoderResult.failure(new Refusal(400, "other than one empty line before a request")));
      out.add(refused);
      in.skipBytes(in.readableBytes());
      place = Place.REFUSED;
      return false;
    }
    return true;
  }

  /// Whether a line other than the request line begins with white space, or some line ends in a
  /// control character: the parser joins the one and drops the other. It takes whole lines, so
  /// `from` is the beginning of one.
  private boolean isDisguised(ByteBuf in, int from, int to) {
    int line = from;
    while (line < to) {
      byte first = in.getByte(line);
      if (firstLineTaken && (first == SP || first == HT)) {
        return true;
      }
      firstLineTaken = true;
      int end = in.indexOf(line, to, LF);
      if (end < 0) {
        return false;
      }
      if (end >= line + 2 && isControl(in.getByte(end - 2))) {
        return true;
      }
      line = end + 1;
    }
    return false;
  }

  private static boolean isControl(byte c) {
    return c >= 0 && c < SP && c != HT;
  }

  @Override
  protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
    if (start != 0) {
      throw new Refusal(400, "white space before the method");
    }
    fields = 0;
    wordEnd = start + length;
    return super.splitFirstWordInitialLine(line, start, length);
  }

  @Override
  protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
    requireOneSpace(line, start);
    wordEnd = start + length;
    return super.splitSecondWordInitialLine(line, start, length);
  }

  @Override
  protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
    requireOneSpace(line, start);
    if (!isVersion(line, start, length)) {
      throw new Refusal(400, "the request line has other than three parts");
    }
    if (line[start + 5] != '1' || line[start + 7] > '1') {
      throw new Refusal(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    }
    return super.splitThirdWordInitialLine(line, start, length);
  }

  private void requireOneSpace(byte[] line, int start) {
    if (start != wordEnd + 1 || line[wordEnd] != SP) {
      throw new Refusal(400, "the parts of the request line are separated by other than one space");
    }
  }

  /// `HTTP/` DIGIT `.` DIGIT (RFC 9112 §2.3).
  private static boolean isVersion(byte[] line, int start, int length) {
    return length == 8
        && line[start] == 'H'
        && line[start + 1] == 'T'
        && line[start + 2] == 'T'
        && line[start + 3] == 'P'
        && line[start + 4] == '/'
        && isDigit(line[start + 5])
        && line[start + 6] == '.'
        && isDigit(line[start + 7]);
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    if (length == 0) {
      throw new Refusal(400, "a field without a name");
    }
    // The constructor of the superclass interns names through here, before there is a limit.
    if (++fields > maxFields && maxFields > 0) {
      throw new Refusal(431, "more than " + maxFields + " fields");
    }
    int value = start + length + 1;
    if (value < line.length && line[value - 1] == ':' && isControl(line[value])) {
      throw new Refusal(400, "a field that begins with a control character");
    }
    return super.splitHeaderName(line, start, length);
  }

  @Override
  protected HttpMessage createMessage(String[] initialLine) {
    return new CheckedRequest((HttpRequest) super.createMessage(initialLine));
  }

  @Override
  protected HttpMessage createInvalidMessage() {
    // Netty's own is one of HTTP/1.0, and the answer would be too.
    return new CheckedRequest(
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, UNREADABLE));
  }

  /// A request has the body that its framing states, whatever else it holds.
  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    return false;
  }
}
