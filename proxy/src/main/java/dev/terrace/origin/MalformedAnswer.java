package dev.terrace.origin;

import io.netty.handler.codec.DecoderException;

/// The target sent what is not a valid answer. The message says what was expected and holds no
/// value that the target sent.
final class MalformedAnswer extends DecoderException {
  private static final long serialVersionUID = 1L;

  private final String detail;

  MalformedAnswer(String detail) {
    super(detail);
    this.detail = detail;
  }

  /// The message, for the log and Proxy-Status.
  String detail() {
    return detail;
  }

  /// A hostile target decides how often this is made: no stack trace.
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
