package dev.terrace.layer;

import java.util.concurrent.CountDownLatch;

/// Holds up who comes until it is opened.
final class Gate {
  private final CountDownLatch opened = new CountDownLatch(1);
  private final CountDownLatch reached = new CountDownLatch(1);

  void pass() {
    reached.countDown();
    try {
      opened.await();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts the threads of a layer", e);
    }
  }

  void awaitSomeone() throws InterruptedException {
    reached.await();
  }

  boolean isReached() {
    return reached.getCount() == 0;
  }

  void open() {
    opened.countDown();
  }
}
