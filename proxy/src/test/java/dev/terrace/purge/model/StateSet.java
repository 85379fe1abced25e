package dev.terrace.purge.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// States that were seen, as hashes of 64 bits in open addressing. Two states with one hash count
/// as one: among fifty million states the odds of one such pair are below one in ten thousand, and
/// it could only hide a state, never invent a violation.
final class StateSet {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final int FIRST_SLOTS = 1 << 16;

  private long[] slots = new long[FIRST_SLOTS];
  private int size;

  int size() {
    return size;
  }

  /// Whether the state is new.
  ///
  /// @param state a multiple of 8 bytes
  boolean add(byte[] state) {
    if (size > slots.length / 2) {
      grow();
    }
    if (!insert(slots, hash(state))) {
      return false;
    }
    size++;
    return true;
  }

  private void grow() {
    long[] larger = new long[Math.multiplyExact(slots.length, 2)];
    for (long hash : slots) {
      if (hash != 0) {
        insert(larger, hash);
      }
    }
    slots = larger;
  }

  private static boolean insert(long[] slots, long hash) {
    int mask = slots.length - 1;
    int index = (int) (hash >>> 20) & mask;
    while (slots[index] != 0) {
      if (slots[index] == hash) {
        return false;
      }
      index = index + 1 & mask;
    }
    slots[index] = hash;
    return true;
  }

  static long hash(byte[] state) {
    long hash = 0x9E3779B97F4A7C15L;
    for (int at = 0; at < state.length; at += Long.BYTES) {
      hash = (hash ^ (long) LONGS.get(state, at)) * 0xD6E8FEB86659FD93L;
      hash ^= hash >>> 32;
    }
    hash *= 0xD6E8FEB86659FD93L;
    hash ^= hash >>> 29;
    return hash == 0 ? 1 : hash;
  }
}
