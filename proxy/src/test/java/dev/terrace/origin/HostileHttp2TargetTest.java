package dev.terrace.origin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a target may send over HTTP/2, frame by frame, and that the next request is answered
/// cleanly.
class HostileHttp2TargetTest {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PUSH_PROMISE = 5;
  private static final int GOAWAY = 7;
  private static final int NO_FLAG = 0;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  @TempDir private static Path directory;

  private static TestCertificate certificate;
  private static SSLContext context;

  @BeforeAll
  static void makeCertificate() throws Exception {
    certificate = TestCertificate.create(directory, "ip:127.0.0.1");
    context = certificate.context();
  }

  /// The frames of one connection.
  private static final class Frames {
    private final DataInputStream in;
    private final DataOutputStream out;

    Frames(RawTarget.Connection connection) throws IOException {
      SSLSocket tls =
          (SSLSocket) context.getSocketFactory().createSocket(connection.socket(), null, false);
      tls.setUseClientMode(false);
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      tls.setSSLParameters(parameters);
      in = new DataInputStream(tls.getInputStream());
      out = new DataOutputStream(tls.getOutputStream());
      in.readNBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length());
      write(SETTINGS, NO_FLAG, 0, new byte[0]);
    }

    void write(int type, int flags, int stream, byte[] payload) throws IOException {
      out.writeByte(payload.length >> 16);
      out.writeShort(payload.length & 0xffff);
      out.writeByte(type);
      out.writeByte(flags);
      out.writeInt(stream);
      out.write(payload);
      out.flush();
    }

    /// The stream of the next request.
    int awaitRequest() throws IOException {
      while (true) {
        int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        in.readNBytes(length);
        if (type == HEADERS) {
          return stream;
        }
        if (type == SETTINGS && flags == NO_FLAG) {
          write(SETTINGS, 1, 0, new byte[0]);
        }
      }
    }

    void head(int stream, int moreFlags, String... fields) throws IOException {
      write(HEADERS, END_HEADERS | moreFlags, stream, fields(fields));
    }

    void data(int stream, int flags, String text) throws IOException {
      write(DATA, flags, stream, text.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  /// Field lines as HPACK literals without Huffman coding (RFC 7541 §6.2.2).
  private static byte[] fields(String... namesAndValues) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i++) {
      if (i % 2 == 0) {
        block.write(0);
      }
      byte[] text = namesAndValues[i].getBytes(StandardCharsets.ISO_8859_1);
      int rest = text.length - 127;
      block.write(Math.min(text.length, 127));
      for (; rest >= 128; rest >>= 7) {
        block.write((rest & 127) | 128);
      }
      if (text.length >= 127) {
        block.write(rest);
      }
      block.write(text);
    }
    return block.toByteArray();
  }

  /// What the target does with the first request.
  private interface Play {
    void on(Frames frames, int stream) throws IOException;
  }

  record Case(String name, String expected, Play play) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case field(String name, String expected, String... fields) {
    return new Case(
        name,
        expected,
        (frames, stream) -> {
          String[] all = new String[fields.length + 2];
          all[0] = ":status";
          all[1] = "200";
          System.arraycopy(fields, 0, all, 2, fields.length);
          frames.head(stream, NO_FLAG, all);
          frames.data(stream, END_STREAM, "hello");
        });
  }

  private static Case status(String name, String expected, String... fields) {
    return new Case(
        name,
        expected,
        (frames, stream) -> {
          frames.head(stream, NO_FLAG, fields);
          frames.data(stream, END_STREAM, "hello");
        });
  }

  static Stream<Case> heads() {
    String[] many = new String[402];
    for (int i = 0; i < many.length; i += 2) {
      many[i] = "x-" + i;
      many[i + 1] = "1";
    }
    return Stream.of(
        field("a CRLF in a value", "MALFORMED", "x", "a\r\nset-cookie: b"),
        field("an LF in a value", "MALFORMED", "x", "a\nb"),
        field("a NUL in a value", "MALFORMED", "x", "a\0b"),
        field("a control byte in a value", "MALFORMED", "x", "a\u0001b"),
        field("a space in a name", "MALFORMED", "x y", "1"),
        field("a colon in a name", "MALFORMED", "x:", "1"),
        field("a CRLF in a name", "MALFORMED", "x\r\ny", "1"),
        field("an upper-case name", "MALFORMED", "X-Upper", "1"),
        field("an empty name", "MALFORMED", "", "1"),
        field("more than 200 fields", "MALFORMED", many),
        field("a head of more than 64 KiB", "MALFORMED", "x", "x".repeat(70_000)),
        field("Content-Length twice", "MALFORMED", "content-length", "5", "content-length", "6"),
        field("a signed Content-Length", "MALFORMED", "content-length", "+5"),
        field("both framings", "MALFORMED", "content-length", "5", "transfer-encoding", "chunked"),
        field("an unknown pseudo-field", "MALFORMED", ":evil", "1"),
        field("a request's pseudo-field", "MALFORMED", ":path", "/"),
        status("no status", "UNREACHABLE", "x", "1"),
        status("two statuses", "MALFORMED", ":status", "200", ":status", "204"),
        status("a status behind a field", "MALFORMED", "x", "1", ":status", "200"),
        status("a status below 100", "MALFORMED", ":status", "099"),
        status("a status above 599", "MALFORMED", ":status", "600"),
        status("a status of letters", "UNREACHABLE", ":status", "abc"),
        status("a 101", "MALFORMED", ":status", "101"),
        status("a 102", "MALFORMED", ":status", "102"));
  }

  static Stream<Case> frames() {
    return Stream.of(
        new Case(
            "nine interim answers",
            "MALFORMED",
            (frames, stream) -> {
              for (int i = 0; i < 9; i++) {
                frames.head(stream, NO_FLAG, ":status", "103");
              }
            }),
        new Case(
            "nine times continue",
            "MALFORMED",
            (frames, stream) -> {
              for (int i = 0; i < 9; i++) {
                frames.head(stream, NO_FLAG, ":status", "100");
              }
            }),
        new Case(
            "a body shorter than its length",
            "200 ",
            (frames, stream) -> {
              frames.head(stream, NO_FLAG, ":status", "200", "content-length", "9");
              frames.data(stream, END_STREAM, "hello");
            }),
        new Case(
            "a body longer than its length",
            "200 ",
            (frames, stream) -> {
              frames.head(stream, NO_FLAG, ":status", "200", "content-length", "3");
              frames.data(stream, END_STREAM, "hello");
            }),
        new Case(
            "a CRLF in a trailer",
            "200 hello then",
            (frames, stream) -> {
              frames.head(stream, NO_FLAG, ":status", "200");
              frames.data(stream, NO_FLAG, "hello");
              frames.head(stream, END_STREAM, "x", "a\r\nb");
            }),
        new Case(
            "a reset",
            "UNREACHABLE",
            (frames, stream) -> frames.write(RST_STREAM, NO_FLAG, stream, new byte[4])),
        new Case(
            "going away",
            "UNREACHABLE",
            (frames, stream) -> {
              frames.write(GOAWAY, NO_FLAG, 0, new byte[8]);
              throw new IOException("closed");
            }),
        new Case(
            "a pushed answer",
            "MALFORMED",
            (frames, stream) -> frames.write(PUSH_PROMISE, END_HEADERS, stream, new byte[4])),
        new Case(
            "an unknown frame type of 1 MiB",
            "MALFORMED",
            (frames, stream) -> frames.write(0x42, NO_FLAG, stream, new byte[1 << 20])));
  }

  @ParameterizedTest
  @MethodSource({"heads", "frames"})
  void theNextAnswerIsClean(Case hostile) throws Exception {
    RawTarget.Script script = playing(hostile.play());
    try (RawTarget target = new RawTarget(ServerSocketFactory.getDefault(), "https", script);
        Asking asking = new Asking(target.uri(), Asking.quick().trusting(certificate.pem()))) {
      String outcome = asking.outcome("/hostile");
      assertThat(outcome).startsWith(hostile.expected()).doesNotEndWith("hello");
      assertThat(asking.outcome("/next")).isEqualTo("200 clean");
    }
  }

  /// Netty drops a body without a head in silence: the head's deadline ends it.
  @Test
  void aBodyBeforeItsHeadIsLeftAtTheHeadsDeadline() throws Exception {
    RawTarget.Script script = playing((frames, stream) -> frames.data(stream, END_STREAM, "hello"));
    TargetSettings settings =
        Asking.settings(Duration.ofSeconds(4), Duration.ofSeconds(10), 16, 16);
    try (RawTarget target = new RawTarget(ServerSocketFactory.getDefault(), "https", script);
        Asking asking = new Asking(target.uri(), settings.trusting(certificate.pem()))) {
      assertThat(asking.outcome("/")).isEqualTo("TIMED_OUT: no answer within 4000 ms");
    }
  }

  private static RawTarget.Script playing(Play play) {
    return connection -> {
      Frames frames = new Frames(connection);
      if (connection.number() == 0) {
        play.on(frames, frames.awaitRequest());
      }
      while (true) {
        int stream = frames.awaitRequest();
        frames.head(stream, NO_FLAG, ":status", "200");
        frames.data(stream, END_STREAM, "clean");
      }
    };
  }
}
