package dev.terrace.redis;

import java.io.IOException;

/// Redis answered with an error: the connection works, the command did not.
public final class ErrorReplyException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String code;

  /// @param message on one line, without secrets
  ErrorReplyException(String message) {
    super(message);
    int blank = message.indexOf(' ');
    this.code = blank < 0 ? message : message.substring(0, blank);
  }

  /// Its first word: `OOM`, `READONLY`, `NOPERM`, `WRONGTYPE`, `CLUSTERDOWN`, `ERR` and so on.
  public String code() {
    return code;
  }

  /// A server that is full answers every write with one.
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
