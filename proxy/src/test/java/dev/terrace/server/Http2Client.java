package dev.terrace.server;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// A client of HTTP/2 that sends exactly the frames it is told to, over TLS. Fields are encoded as
/// literals without index or Huffman code (RFC 7541 §6.2.2), so that anything can stand in them.
final class Http2Client implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;
  static final int PRIORITY_FIELDS = 0x20;

  private static final int PATIENCE_MILLIS = 20_000;

  /// A frame that came.
  record Frame(int type, int flags, int stream, ByteBuffer payload) {
    boolean has(int flag) {
      return (flags & flag) != 0;
    }
  }

  /// How a stream ended.
  ///
  /// @param status 0 where the stream or the connection was reset without an answer
  /// @param error the code of RST_STREAM or GOAWAY; -1 for none
  record Outcome(int status, String body, long error, boolean connectionClosed) {}

  private final SSLSocket socket;
  private final DataInputStream in;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

  private Http2Client(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
  }

  /// Connects and exchanges SETTINGS.
  static Http2Client open(int port) throws IOException {
    Http2Client client = connect(port);
    client.raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    client.frame(SETTINGS, 0, 0, new byte[0]);
    return client;
  }

  /// Connects and says nothing yet.
  static Http2Client connect(int port) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, RawClient.CREDULOUS, null);
      SSLSocket socket =
          (SSLSocket)
              context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.startHandshake();
      return new Http2Client(socket);
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  String protocol() {
    return socket.getApplicationProtocol();
  }

  Http2Client raw(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  Http2Client frame(int type, int flags, int stream, byte[] payload) throws IOException {
    return raw(bytes(type, flags, stream, payload));
  }

  static byte[] bytes(int type, int flags, int stream, byte[] payload) {
    byte[] frame = new byte[9 + payload.length];
    frame[0] = (byte) (payload.length >> 16);
    frame[1] = (byte) (payload.length >> 8);
    frame[2] = (byte) payload.length;
    frame[3] = (byte) type;
    frame[4] = (byte) flags;
    frame[5] = (byte) (stream >> 24);
    frame[6] = (byte) (stream >> 16);
    frame[7] = (byte) (stream >> 8);
    frame[8] = (byte) stream;
    System.arraycopy(payload, 0, frame, 9, payload.length);
    return frame;
  }

  /// A whole request without a body.
  Http2Client get(int stream, String... namesAndValues) throws IOException {
    return frame(HEADERS, END_HEADERS | END_STREAM, stream, block(namesAndValues));
  }

  static byte[] block(String... namesAndValues) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      block.write(0);
      string(block, namesAndValues[i]);
      string(block, namesAndValues[i + 1]);
    }
    return block.toByteArray();
  }

  /// An integer of 7 bits' prefix and the bytes (RFC 7541 §5).
  private static void string(ByteArrayOutputStream to, String latin1) {
    byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
    int length = bytes.length;
    if (length < 127) {
      to.write(length);
    } else {
      to.write(127);
      length -= 127;
      while (length >= 128) {
        to.write(length % 128 + 128);
        length /= 128;
      }
      to.write(length);
    }
    to.writeBytes(bytes);
  }

  /// The next frame.
  ///
  /// @throws EOFException if the connection was closed instead
  Frame next() throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt() & 0x7fffffff;
    byte[] payload = in.readNBytes(length);
    if (payload.length < length) {
      throw new EOFException("a frame was cut off");
    }
    return new Frame(type, flags, stream, ByteBuffer.wrap(payload));
  }

  Http2Headers decode(Frame headers) throws IOException {
    ByteBuffer block = headers.payload();
    block.position(headers.has(PRIORITY_FIELDS) ? 5 : 0);
    try {
      return decoder.decodeHeaders(headers.stream(), Unpooled.wrappedBuffer(block.slice()));
    } catch (Http2Exception broken) {
      throw new IOException(broken);
    }
  }

  /// Reads until this stream is over or the connection is.
  Outcome outcome(int stream) throws IOException {
    int status = 0;
    StringBuilder body = new StringBuilder();
    try {
      while (true) {
        Frame frame = next();
        if (frame.type() == GOAWAY) {
          return closed(status, body, frame.payload().getInt(4) & 0xffffffffL);
        }
        if (frame.type() == HEADERS) {
          Http2Headers head = decode(frame);
          if (frame.stream() == stream && head.status() != null) {
            status = Integer.parseInt(head.status().toString());
          }
        }
        if (frame.stream() != stream) {
          continue;
        }
        if (frame.type() == RST_STREAM) {
          return new Outcome(status, body.toString(), frame.payload().getInt(), false);
        }
        if (frame.type() == DATA) {
          body.append(StandardCharsets.ISO_8859_1.decode(frame.payload()));
        }
        if (frame.has(END_STREAM) && (frame.type() == DATA || frame.type() == HEADERS)) {
          return new Outcome(status, body.toString(), -1, false);
        }
      }
    } catch (IOException over) {
      return new Outcome(status, body.toString(), -1, true);
    }
  }

  /// After GOAWAY: whether the connection closes, too.
  private Outcome closed(int status, StringBuilder body, long error) {
    try {
      while (true) {
        next();
      }
    } catch (java.net.SocketTimeoutException open) {
      return new Outcome(status, body.toString(), error, false);
    } catch (IOException over) {
      return new Outcome(status, body.toString(), error, true);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
