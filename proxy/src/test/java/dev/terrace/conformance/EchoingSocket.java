package dev.terrace.conformance;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/// The target's side of a WebSocket that sends every frame back (RFC 6455).
final class EchoingSocket {
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int LENGTH_OF_2_BYTES = 126;
  private static final int LENGTH_OF_8_BYTES = 127;
  private static final int LONGEST_OF_2_BYTES = 0xffff;

  private EchoingSocket() {}

  static void serve(Asked asked) throws IOException {
    String key = String.join("", Field.values(asked.fields(), "Sec-WebSocket-Key"));
    asked.write(
        Wire.head(
            "HTTP/1.1 101 Switching Protocols",
            List.of(
                new Field("Upgrade", "websocket"),
                new Field("Connection", "Upgrade"),
                new Field("Sec-WebSocket-Accept", accept(key)))));
    Socket connection = asked.connection();
    DataInputStream in = new DataInputStream(connection.getInputStream());
    DataOutputStream out = new DataOutputStream(connection.getOutputStream());
    while (true) {
      echo(in, out);
    }
  }

  private static void echo(DataInputStream in, DataOutputStream out) throws IOException {
    int kind = in.readUnsignedByte();
    int length = in.readUnsignedByte() & 0x7f;
    if (length == LENGTH_OF_2_BYTES) {
      length = in.readUnsignedShort();
    } else if (length == LENGTH_OF_8_BYTES) {
      length = Math.toIntExact(in.readLong());
    }
    byte[] mask = in.readNBytes(4);
    byte[] payload = in.readNBytes(length);
    for (int i = 0; i < length; i++) {
      payload[i] ^= mask[i % mask.length];
    }
    out.writeByte(kind);
    if (length < LENGTH_OF_2_BYTES) {
      out.writeByte(length);
    } else if (length <= LONGEST_OF_2_BYTES) {
      out.writeByte(LENGTH_OF_2_BYTES);
      out.writeShort(length);
    } else {
      out.writeByte(LENGTH_OF_8_BYTES);
      out.writeLong(length);
    }
    out.write(payload);
    out.flush();
  }

  private static String accept(String key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(Wire.bytes(key + MAGIC));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
