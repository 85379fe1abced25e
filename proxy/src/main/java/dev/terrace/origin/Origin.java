package dev.terrace.origin;

/// The target server. [TargetClient] is the real one; tests script theirs.
public interface Origin extends AutoCloseable {
  /// Sends the request and waits, on this virtual thread, for the head of the final answer.
  ///
  /// @throws InterruptedException if the waiting thread was interrupted; the exchange is given up
  OriginResult ask(OriginRequest request) throws InterruptedException;

  @Override
  void close();
}
