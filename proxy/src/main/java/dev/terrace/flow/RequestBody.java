package dev.terrace.flow;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.rules.KeyPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;

/// The body of a request: left unread, or read as far as a key may need it.
///
/// @param keyed what the key sees of it
/// @param toTarget what is forwarded
record RequestBody(KeyPolicy.Body keyed, Call.Body toTarget) {
  /// The longest body that is part of a key (`product.md` 4).
  static final int LONGEST_KEYED_BYTES = 64 * 1024;

  /// Without reading: streamed to the target as it comes.
  static RequestBody unread(Exchange exchange) {
    return exchange.hasBody()
        ? new RequestBody(new KeyPolicy.Body.TooLarge(), streamed(exchange))
        : new RequestBody(new KeyPolicy.Body.None(), Call.Body.NONE);
  }

  /// Read up to [#LONGEST_KEYED_BYTES] and digested; a longer one is forwarded whole, unkeyed.
  ///
  /// @throws IOException if the client broke off
  static RequestBody digested(Exchange exchange) throws IOException {
    if (exchange.bodyBytes().orElse(0) > LONGEST_KEYED_BYTES) {
      return unread(exchange);
    }
    byte[] read = new byte[LONGEST_KEYED_BYTES];
    int length = 0;
    BodyReader body = exchange.body();
    for (ByteBuffer next = body.read(); next.hasRemaining(); next = body.read()) {
      if (next.remaining() > read.length - length) {
        ByteBuffer before = ByteBuffer.wrap(read, 0, length);
        BodyReader whole = new Resumed(before, next, body);
        return new RequestBody(
            new KeyPolicy.Body.TooLarge(), new Call.Body(Optional.of(whole), exchange.bodyBytes()));
      }
      int count = next.remaining();
      next.get(read, length, count);
      length += count;
    }
    byte[] bytes = java.util.Arrays.copyOf(read, length);
    return new RequestBody(
        new KeyPolicy.Body.Digest(sha256(bytes)),
        new Call.Body(Optional.of(BodyReader.of(ByteBuffer.wrap(bytes))), OptionalLong.of(length)));
  }

  private static Call.Body streamed(Exchange exchange) {
    return new Call.Body(Optional.of(exchange.body()), exchange.bodyBytes());
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// What was read already, then the rest.
  private static final class Resumed implements BodyReader {
    private final BodyReader rest;
    private final java.util.ArrayDeque<ByteBuffer> first = new java.util.ArrayDeque<>();

    Resumed(ByteBuffer before, ByteBuffer next, BodyReader rest) {
      this.rest = rest;
      if (before.hasRemaining()) {
        first.add(before);
      }
      first.add(next);
    }

    @Override
    public ByteBuffer read() throws IOException {
      ByteBuffer next = first.poll();
      return next == null ? rest.read() : next;
    }

    @Override
    public Headers trailers() {
      return rest.trailers();
    }

    @Override
    public void close() {
      rest.close();
    }
  }
}
