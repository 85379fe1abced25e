package dev.terrace.redis;

import io.lettuce.core.api.StatefulConnection;

/// Ends connections without waiting for their end: what becomes of them is nobody's concern.
final class HangUp {
  private HangUp() {}

  static void on(StatefulConnection<?, ?> connection) {
    var _ = connection.closeAsync();
  }
}
