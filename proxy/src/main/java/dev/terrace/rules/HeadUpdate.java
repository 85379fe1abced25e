package dev.terrace.rules;

import dev.terrace.http.ResponseHead;

/// Merges a 304's fields into a stored head (RFC 9111 §3.2, http.md 15).
public final class HeadUpdate {
  private HeadUpdate() {}

  /// The stored head with every field of the 304 but Content-Length, Content-Encoding,
  /// Content-Range.
  public static ResponseHead merge(ResponseHead stored, ResponseHead notModified) {
    throw new UnsupportedOperationException("not built yet");
  }
}
