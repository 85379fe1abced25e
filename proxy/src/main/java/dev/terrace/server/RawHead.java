package dev.terrace.server;

import dev.terrace.http.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/// Heads of HTTP/1.1 responses that go past Vert.x, which knows neither interim ones other than 100
/// and 103 nor answers without a request.
final class RawHead {
  /// The handler before which encoded bytes are written: Vert.x's name.
  static final String ENCODER = "httpEncoder";

  private RawHead() {}

  static ByteBuf encode(ByteBufAllocator allocator, int status, Headers headers) {
    StringBuilder text = new StringBuilder(256);
    text.append("HTTP/1.1 ")
        .append(status)
        .append(' ')
        .append(HttpResponseStatus.valueOf(status).reasonPhrase())
        .append("\r\n");
    for (int i = 0; i < headers.size(); i++) {
      text.append(headers.name(i)).append(": ").append(headers.value(i)).append("\r\n");
    }
    text.append("\r\n");
    ByteBuf bytes = allocator.buffer(text.length());
    bytes.writeCharSequence(text, StandardCharsets.ISO_8859_1);
    return bytes;
  }
}
