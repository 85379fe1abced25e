package dev.terrace.conformance;

/// A client with a connection of its own.
interface Client extends AutoCloseable {
  /// Sends a request. Its answer is received on another thread.
  Reception ask(Ask ask);

  /// Leaves, in the middle of an answer if there is one.
  @Override
  void close();
}
