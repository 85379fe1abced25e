package dev.terrace.origin;

import dev.terrace.http.BodyReader;
import dev.terrace.http.ResponseHead;
import java.util.OptionalLong;

/// What asking the target came to. Failures are values: the target is expected to fail.
public sealed interface OriginResult {
  /// It answered. The body is the receiver's to close; a read past a break throws.
  ///
  /// @param head final status and end-to-end fields; Content-Length among them where it was given
  /// @param body closed before its end it closes the connection or resets the stream
  /// @param bodyBytes as Content-Length states it; empty where the end is told otherwise
  record Answer(ResponseHead head, BodyReader body, OptionalLong bodyBytes)
      implements OriginResult {}

  /// It could not be reached, did not answer in time, or answered what is not HTTP.
  ///
  /// @param kind for the status that the client gets
  /// @param detail for the log and Proxy-Status; without secrets
  record Failure(Kind kind, String detail) implements OriginResult {}

  enum Kind {
    /// Refused, unresolved, not verified, reset before the head: 502.
    UNREACHABLE,
    /// The connect or head deadline passed: 504.
    TIMED_OUT,
    /// What came is not a valid answer: 502.
    MALFORMED,
    /// The client's own body broke off: nobody is left to answer.
    REQUEST_BROKEN,
    /// The queue for connections is full: 503.
    OVERLOADED
  }
}
