package dev.terrace.layer.redis;

import dev.terrace.layer.MalformedEntryException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// What the head of an entry says of its body.
///
/// ```
/// manifest  = bodyBytes body count *chunk
/// bodyBytes = u64                    ; of the body as it is sent
/// body      = 8OCTET                 ; letters and digits
/// count     = u16                    ; one a MiB of the body, the last for what is left
/// chunk     = encoding length check
/// encoding  = %x00 / %x01            ; as it is / Zstandard
/// length    = u32                    ; as it lies in Redis
/// check     = *OCTET                 ; as the seal of the head has it
/// ```
///
/// @param bodyBytes of the body as it is sent
/// @param body names the chunks
/// @param chunks of [#CHUNK_BYTES] of the body each, the last of what is left
record Manifest(long bodyBytes, String body, List<Chunk> chunks) {
  static final int BODY_BYTES = 8;
  static final int CHUNK_BYTES = 1 << 20;

  private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
  private static final int FIXED_BYTES = Long.BYTES + BODY_BYTES + Short.BYTES;

  /// @param length as it lies in Redis
  /// @param check that its bytes have to pass
  record Chunk(Encoding encoding, int length, byte[] check) {}

  enum Encoding {
    IDENTITY,
    ZSTD;

    private byte code() {
      return switch (this) {
        case IDENTITY -> 0;
        case ZSTD -> 1;
      };
    }
  }

  Manifest {
    chunks = List.copyOf(chunks);
  }

  static String newBody(RandomGenerator random) {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < BODY_BYTES; i++) {
      body.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return body.toString();
  }

  /// How many chunks have keys of their own: a single one lies beside the head.
  int separateChunks() {
    return chunks.size() > 1 ? chunks.size() : 0;
  }

  /// How much of the body this chunk is.
  int chunkBytes(int number) {
    return (int) Math.min(CHUNK_BYTES, bodyBytes - (long) number * CHUNK_BYTES);
  }

  static int count(long bodyBytes) {
    return Math.toIntExact((bodyBytes + CHUNK_BYTES - 1) / CHUNK_BYTES);
  }

  ByteBuffer bytes() {
    int length = FIXED_BYTES;
    for (Chunk chunk : chunks) {
      length += 1 + Integer.BYTES + chunk.check().length;
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(length)
            .putLong(bodyBytes)
            .put(body.getBytes(StandardCharsets.US_ASCII))
            .putShort((short) chunks.size());
    for (Chunk chunk : chunks) {
      bytes.put(chunk.encoding().code()).putInt(chunk.length()).put(chunk.check());
    }
    return bytes.flip();
  }

  /// @param bytes the manifest alone
  /// @param checkBytes of the check of a chunk
  static Manifest read(ByteBuffer bytes, int checkBytes) throws MalformedEntryException {
    if (bytes.remaining() < FIXED_BYTES) {
      throw new MalformedEntryException("a manifest of " + bytes.remaining() + " bytes");
    }
    long bodyBytes = bytes.getLong();
    String body = readBody(bytes);
    int count = Short.toUnsignedInt(bytes.getShort());
    if (bodyBytes < 0
        || bodyBytes > (long) count * CHUNK_BYTES
        || count(bodyBytes) != count
        || bytes.remaining() != count * (1 + Integer.BYTES + checkBytes)) {
      throw new MalformedEntryException("a body of " + bodyBytes + " bytes in " + count);
    }
    List<Chunk> chunks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      chunks.add(chunk(bytes, checkBytes));
    }
    return new Manifest(bodyBytes, body, chunks);
  }

  private static Chunk chunk(ByteBuffer bytes, int checkBytes) throws MalformedEntryException {
    int encoding = bytes.get();
    int length = bytes.getInt();
    if (encoding < 0 || encoding > 1 || length < 0 || length > CHUNK_BYTES) {
      throw new MalformedEntryException("a chunk of " + length + " bytes, encoding " + encoding);
    }
    byte[] check = new byte[checkBytes];
    bytes.get(check);
    return new Chunk(encoding == 0 ? Encoding.IDENTITY : Encoding.ZSTD, length, check);
  }

  /// The name of a body at the position of these bytes.
  static String readBody(ByteBuffer bytes) throws MalformedEntryException {
    byte[] body = new byte[BODY_BYTES];
    bytes.get(body);
    String name = new String(body, StandardCharsets.US_ASCII);
    for (int i = 0; i < BODY_BYTES; i++) {
      if (ALPHABET.indexOf(name.charAt(i)) < 0) {
        throw new MalformedEntryException("a name of a body that is none");
      }
    }
    return name;
  }
}
