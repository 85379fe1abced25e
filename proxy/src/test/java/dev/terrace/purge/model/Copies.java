package dev.terrace.purge.model;

/// The copies of Redis's data that a [State] may hold.
final class Copies {
  /// The node that everyone is connected to at first.
  static final int MASTER = 0;

  /// Data as they were: a dump, a lagging replica.
  static final int SAVED = 1;

  /// A replica that was promoted.
  static final int PROMOTED = 2;

  private Copies() {}
}
