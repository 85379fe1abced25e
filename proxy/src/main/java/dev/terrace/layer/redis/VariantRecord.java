package dev.terrace.layer.redis;

import dev.terrace.layer.Entry;
import dev.terrace.layer.EntryFormat;
import dev.terrace.layer.MalformedEntryException;
import dev.terrace.rules.VariantKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// One variant in the index of an [EntryHash].
///
/// @param id names the fields of the variant
/// @param received the instant of the response, in microseconds since the epoch
/// @param requested the instant of the request, likewise
/// @param expires when it is of no more use, likewise
/// @param body names the chunks; [Manifest#BODY_BYTES] letters and digits
/// @param chunks that have keys of their own
/// @param variant which requests it is for
record VariantRecord(
    byte[] id,
    long received,
    long requested,
    long expires,
    String body,
    int chunks,
    VariantKey variant) {
  private static final byte VERSION = 1;

  /// Of what has a fixed length.
  private static final int FIXED_BYTES =
      EntryHash.ID_BYTES + 3 * Long.BYTES + Manifest.BODY_BYTES + Short.BYTES;

  /// More than the variants of one key come to within their limits.
  private static final int INDEX_LIMIT = 4 << 20;

  static VariantRecord of(Entry entry, Instant expires, Manifest manifest)
      throws MalformedEntryException {
    return new VariantRecord(
        EntryHash.id(entry.variant()),
        micros(entry.head().receivedAt()),
        micros(entry.head().requestedAt()),
        micros(expires),
        manifest.body(),
        manifest.separateChunks(),
        entry.variant());
  }

  static long micros(Instant instant) {
    return Math.max(0, ChronoUnit.MICROS.between(Instant.EPOCH, instant));
  }

  byte[] bytes() throws MalformedEntryException {
    ByteBuffer encoded = EntryFormat.encode(variant);
    int length = FIXED_BYTES + encoded.remaining();
    if (length > 0xFFFF) {
      throw new MalformedEntryException("a variant of " + length + " bytes");
    }
    return ByteBuffer.allocate(Short.BYTES + length)
        .putShort((short) length)
        .put(id)
        .put(times())
        .putLong(expires)
        .put(body.getBytes(StandardCharsets.US_ASCII))
        .putShort((short) chunks)
        .put(encoded)
        .array();
  }

  /// What tells one response from another of the same variant: when it was received and requested.
  byte[] times() {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(received).putLong(requested).array();
  }

  static List<VariantRecord> read(byte[] index) throws MalformedEntryException {
    ByteBuffer bytes = ByteBuffer.wrap(index);
    if (index.length > INDEX_LIMIT || !bytes.hasRemaining() || bytes.get() != VERSION) {
      throw new MalformedEntryException("not an index of version " + VERSION);
    }
    List<VariantRecord> records = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int length = bytes.remaining() < Short.BYTES ? 0 : Short.toUnsignedInt(bytes.getShort());
      if (length < FIXED_BYTES || length > bytes.remaining()) {
        throw new MalformedEntryException("a record of " + length + " bytes");
      }
      records.add(record(bytes.slice(bytes.position(), length)));
      bytes.position(bytes.position() + length);
    }
    return records;
  }

  private static VariantRecord record(ByteBuffer bytes) throws MalformedEntryException {
    byte[] id = new byte[EntryHash.ID_BYTES];
    bytes.get(id);
    long received = bytes.getLong();
    long requested = bytes.getLong();
    long expires = bytes.getLong();
    String body = Manifest.readBody(bytes);
    int chunks = Short.toUnsignedInt(bytes.getShort());
    VariantKey variant = EntryFormat.decodeVariant(bytes);
    return new VariantRecord(id, received, requested, expires, body, chunks, variant);
  }
}
