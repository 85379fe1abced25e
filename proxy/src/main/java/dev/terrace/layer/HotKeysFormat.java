package dev.terrace.layer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// A list of digests as bytes.
///
/// ```
/// list   = %x01 *MOST digest
/// digest = 32OCTET            ; SHA-256 of the canonical form of a key
/// ```
public final class HotKeysFormat {
  /// Digests in a list.
  public static final int MOST = 10_000;

  private static final byte VERSION = 1;
  private static final int DIGEST_BYTES = 32;

  /// Of the longest list.
  public static final int LIMIT = 1 + MOST * DIGEST_BYTES;

  private HotKeysFormat() {}

  /// @param digests in hexadecimal digits; those past [#MOST] are left out
  public static byte[] encode(List<String> digests) {
    int count = Math.min(MOST, digests.size());
    ByteBuffer bytes = ByteBuffer.allocate(1 + count * DIGEST_BYTES).put(VERSION);
    digests.stream().limit(count).forEach(digest -> bytes.put(HexFormat.of().parseHex(digest)));
    return bytes.array();
  }

  /// @throws MalformedEntryException if it is no list, or one of another version
  public static List<String> decode(byte[] bytes) throws MalformedEntryException {
    if (bytes.length == 0
        || bytes.length > LIMIT
        || bytes[0] != VERSION
        || (bytes.length - 1) % DIGEST_BYTES != 0) {
      throw new MalformedEntryException("no list of keys in " + bytes.length + " bytes");
    }
    List<String> digests = new ArrayList<>();
    for (int at = 1; at < bytes.length; at += DIGEST_BYTES) {
      digests.add(HexFormat.of().formatHex(bytes, at, at + DIGEST_BYTES));
    }
    return digests;
  }
}
