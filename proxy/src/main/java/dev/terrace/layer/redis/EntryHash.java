package dev.terrace.layer.redis;

import dev.terrace.layer.EntryFormat;
import dev.terrace.layer.MalformedEntryException;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.VariantKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// How the variants of one cache key lie in Redis: in one hash, beside which long bodies have keys
/// of their own. All are in one hash slot, so that one script changes them together.
///
/// ```
/// entry    = prefix "{" digest "}"         ; a hash; digest: SHA-256 of the canonical key, in hex
/// chunk    = entry ":" body ":" number     ; a string; number in decimal, from 0 on
///
/// fields of entry:
/// "i"      = index
/// "h" id   = head                          ; as HeadFormat has it
/// "b" id   = chunk 0                       ; of a body of one chunk
///
/// index    = %x01 *record                  ; a variant each
/// record   = length id received requested expires body chunks variant
/// length   = u16                           ; of what follows in the record
/// id       = 8OCTET                        ; the first of SHA-256 of variant
/// received, requested, expires = u64       ; microseconds since the epoch, by the writer's clock
/// body     = 8OCTET                        ; letters and digits, at random: no two bodies share one
/// chunks   = u16                           ; keys that the body has; 0: it is in "b" id
/// variant  = as EntryFormat has it
/// ```
///
/// Numbers are big-endian. The index only says where to look: what is found there says for itself,
/// in its head, what it is.
final class EntryHash {
  static final byte[] INDEX_FIELD = {'i'};
  static final int ID_BYTES = 8;

  private static final char HEAD = 'h';
  private static final char BODY = 'b';

  private final String prefix;

  /// @param prefix of every key; without braces
  EntryHash(String prefix) {
    this.prefix = prefix;
  }

  byte[] key(CacheKey key) {
    return key(key.digest());
  }

  byte[] key(String digest) {
    return bytes(prefix + '{' + digest + '}');
  }

  static byte[] chunk(byte[] entry, String body, int number) {
    byte[] end = bytes(':' + body + ':' + number);
    byte[] chunk = Arrays.copyOf(entry, entry.length + end.length);
    System.arraycopy(end, 0, chunk, entry.length, end.length);
    return chunk;
  }

  static byte[] headField(byte[] id) {
    return field(HEAD, id);
  }

  static byte[] bodyField(byte[] id) {
    return field(BODY, id);
  }

  static byte[] id(VariantKey variant) throws MalformedEntryException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(EntryFormat.encode(variant));
      return Arrays.copyOf(digest.digest(), ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static byte[] field(char kind, byte[] id) {
    return ByteBuffer.allocate(1 + id.length).put((byte) kind).put(id).array();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
