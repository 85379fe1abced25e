package dev.terrace.redis;

import java.io.IOException;

/// Nothing was sent, since there is no connection: said at once, without waiting for one.
public final class NotConnectedException extends IOException {
  private static final long serialVersionUID = 1L;

  public NotConnectedException(String message) {
    super(message);
  }

  /// It is made for every command while Redis is away, and where it comes from says nothing.
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
