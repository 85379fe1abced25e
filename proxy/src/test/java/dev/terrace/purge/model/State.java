package dev.terrace.purge.model;

/// One state of the world, a byte a field. Mutable, and compared by content; one thread.
///
/// The layout is: what is [Shared], the faults left, the [Copies] of Redis's data, and per instance
/// its [Own] fields.
final class State {
  /// Purges have the numbers 1 to this.
  static final int MOST_PURGES = 3;

  static final int MOST_INSTANCES = 3;

  private static final int FAULTS_AT = Shared.COUNT;
  private static final int COPIES_AT = FAULTS_AT + Fault.COUNT;

  final byte[] bytes;
  private final int ownAt;

  State(int instances, int copies) {
    ownAt = COPIES_AT + copies * Copy.COUNT;
    int used = ownAt + instances * Own.COUNT;
    bytes = new byte[(used + Long.BYTES - 1) / Long.BYTES * Long.BYTES];
  }

  void become(byte[] source, int offset) {
    System.arraycopy(source, offset, bytes, 0, bytes.length);
  }

  int get(Shared field) {
    return bytes[field.ordinal()];
  }

  void set(Shared field, int value) {
    bytes[field.ordinal()] = (byte) value;
  }

  private int left(Fault fault) {
    return bytes[FAULTS_AT + fault.ordinal()];
  }

  void allow(Fault fault, int times) {
    bytes[FAULTS_AT + fault.ordinal()] = (byte) times;
  }

  /// @return false if it may not happen any more
  boolean spend(Fault fault) {
    int left = left(fault);
    if (left == 0) {
      return false;
    }
    allow(fault, left - 1);
    return true;
  }

  int get(int copy, Copy field) {
    return bytes[COPIES_AT + copy * Copy.COUNT + field.ordinal()];
  }

  void set(int copy, Copy field, int value) {
    bytes[COPIES_AT + copy * Copy.COUNT + field.ordinal()] = (byte) value;
  }

  /// A field of an array of fields, one an instance or a record.
  int get(int copy, Copy first, int index) {
    return bytes[COPIES_AT + copy * Copy.COUNT + first.ordinal() + index];
  }

  void set(int copy, Copy first, int index, int value) {
    bytes[COPIES_AT + copy * Copy.COUNT + first.ordinal() + index] = (byte) value;
  }

  int get(int instance, Own field) {
    return bytes[ownAt + instance * Own.COUNT + field.ordinal()];
  }

  void set(int instance, Own field, int value) {
    bytes[ownAt + instance * Own.COUNT + field.ordinal()] = (byte) value;
  }

  int get(int instance, Own first, int index) {
    return bytes[ownAt + instance * Own.COUNT + first.ordinal() + index];
  }

  void set(int instance, Own first, int index, int value) {
    bytes[ownAt + instance * Own.COUNT + first.ordinal() + index] = (byte) value;
  }

  boolean is(int instance, Own field) {
    return get(instance, field) != 0;
  }

  /// Sets the fields from `first` to `last` to 0.
  void clear(int instance, Own first, Own last) {
    int at = ownAt + instance * Own.COUNT;
    java.util.Arrays.fill(bytes, at + first.ordinal(), at + last.ordinal() + 1, (byte) 0);
  }

  void duplicate(int fromCopy, int toCopy) {
    System.arraycopy(
        bytes,
        COPIES_AT + fromCopy * Copy.COUNT,
        bytes,
        COPIES_AT + toCopy * Copy.COUNT,
        Copy.COUNT);
  }

  void clear(int copy, Copy first, Copy last) {
    int at = COPIES_AT + copy * Copy.COUNT;
    java.util.Arrays.fill(bytes, at + first.ordinal(), at + last.ordinal() + 1, (byte) 0);
  }
}
