package dev.terrace.server;

import dev.terrace.flow.HitLookup;
import dev.terrace.http.RequestHead;
import dev.terrace.rules.Peer;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Heads that the fast lane has answered, byte by byte as they came, each with how its answer was
/// found: those that come again from the same peer need not be parsed and checked again. Of one
/// listener's event loop, used there alone.
///
/// A head is taken up when it comes a second time, and gives way to whichever is taken up next in
/// its slot. It holds no answer.
final class KnownHeads {
  /// The longest head that is known, and how many there are at most.
  static final int MOST_BYTES = 1 << 10;

  private static final int SLOTS = 256;
  private static final byte CR = '\r';
  private static final byte LF = '\n';

  /// @param bytes from the method to the empty line
  /// @param peer who sent it
  /// @param request what it says: GET, and without a body
  record Known(byte[] bytes, Peer peer, RequestHead request, HitLookup lookup) {}

  private final @Nullable Known[] slots = new @Nullable Known[SLOTS];

  /// By slot, the hash of the last head that was not known.
  private final int[] seen = new int[SLOTS];

  private final CRC32C crc = new CRC32C();

  // The head that was looked for last.
  private final byte[] head = new byte[MOST_BYTES];
  private int headBytes;
  private int hash;

  /// Looks for the head that begins at the reader index.
  ///
  /// @return null if it is not known, or is not whole yet
  @Nullable Known find(ByteBuf in, Peer peer) {
    headBytes = read(in);
    if (headBytes == 0) {
      return null;
    }
    hash = hash(head, headBytes, peer);
    Known known = slots[slot(hash)];
    return known != null && isSame(known, peer) ? known : null;
  }

  private boolean isSame(Known known, Peer peer) {
    return Arrays.equals(known.bytes(), 0, known.bytes().length, head, 0, headBytes)
        && known.peer().equals(peer);
  }

  /// Whether the head that was looked for last has come before.
  boolean cameBefore() {
    if (headBytes == 0) {
      return false;
    }
    int slot = slot(hash);
    boolean before = seen[slot] == hash;
    seen[slot] = hash;
    return before;
  }

  void add(Known known) {
    slots[slot(hash(known.bytes(), known.bytes().length, known.peer()))] = known;
  }

  void remove(Known known) {
    int slot = slot(hash(known.bytes(), known.bytes().length, known.peer()));
    slots[slot] = null;
  }

  /// Copies what may be a head.
  ///
  /// @return its length, up to the first empty line; 0 if there is none
  private int read(ByteBuf in) {
    int most = Math.min(in.readableBytes(), MOST_BYTES);
    in.getBytes(in.readerIndex(), head, 0, most);
    int last = 3;
    while (last < most) {
      byte c = head[last];
      if (c == LF && head[last - 1] == CR && head[last - 2] == LF && head[last - 3] == CR) {
        return last + 1;
      }
      // No end of a head holds another character.
      last += c == CR || c == LF ? 1 : 4;
    }
    return 0;
  }

  private int hash(byte[] bytes, int length, Peer peer) {
    crc.reset();
    crc.update(bytes, 0, length);
    return (int) crc.getValue() ^ peer.hashCode();
  }

  private static int slot(int hash) {
    return hash & SLOTS - 1;
  }
}
