package dev.terrace.layer.memory;

import java.util.concurrent.atomic.AtomicLong;

/// The memory that bodies may take up while they are being filled, shared by all fills. Safe for
/// use by any thread.
final class FillBudget {
  private final long limitBytes;
  private final AtomicLong usedBytes = new AtomicLong();

  FillBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /// How a wish for memory ended.
  enum Reservation {
    GRANTED,
    USED_UP
  }

  Reservation reserve(long bytes) {
    long used = usedBytes.get();
    while (bytes <= limitBytes - used) {
      if (usedBytes.compareAndSet(used, used + bytes)) {
        return Reservation.GRANTED;
      }
      used = usedBytes.get();
    }
    return Reservation.USED_UP;
  }

  void release(long bytes) {
    usedBytes.addAndGet(-bytes);
  }

  long usedBytes() {
    return usedBytes.get();
  }
}
