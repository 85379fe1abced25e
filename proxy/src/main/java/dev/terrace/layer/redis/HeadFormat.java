package dev.terrace.layer.redis;

import dev.terrace.layer.Entry;
import dev.terrace.layer.EntryFormat;
import dev.terrace.layer.MalformedEntryException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// The head of an entry in Redis.
///
/// ```
/// head = kind entry manifest seal
/// kind = %x00 / %x01     ; of the seal: CRC-32C / HMAC-SHA-256
/// seal = 4OCTET / 32OCTET ; over the name of the key that it lies under, and what comes before it
/// ```
///
/// Where entries are signed, what is not signed is no entry, and where they are not, nor is what
/// is: its signature could not be checked.
///
/// @param entry the entry
/// @param manifest of its body
record HeadFormat(Entry entry, Manifest manifest) {
  /// Longest head: of the entry's own limit, and a manifest.
  private static final int LIMIT = EntryFormat.HEAD_LIMIT + (4 << 20);

  byte[] bytes(byte[] key, Seal seal) throws MalformedEntryException {
    ByteBuffer encoded = EntryFormat.encode(entry);
    ByteBuffer body = manifest.bytes();
    int length = 1 + encoded.remaining() + body.remaining();
    ByteBuffer head =
        ByteBuffer.allocate(length + seal.bytes()).put(seal.kind()).put(encoded).put(body);
    head.put(seal.over(key, head.duplicate().flip()));
    return head.array();
  }

  static HeadFormat read(byte[] key, byte[] head, Seal seal) throws MalformedEntryException {
    int length = head.length - seal.bytes();
    if (length < 1 || length > LIMIT || head[0] != seal.kind()) {
      throw new MalformedEntryException("not a head whose seal is of kind " + seal.kind());
    }
    byte[] expected = seal.over(key, ByteBuffer.wrap(head, 0, length));
    if (!Seal.equal(expected, Arrays.copyOfRange(head, length, head.length))) {
      throw new MalformedEntryException("the seal of the head is another");
    }
    ByteBuffer bytes = ByteBuffer.wrap(head, 1, length - 1);
    Entry entry = EntryFormat.decode(bytes);
    return new HeadFormat(entry, Manifest.read(bytes, seal.bytes()));
  }
}
