package dev.terrace.rules;

import dev.terrace.http.Headers;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import java.time.Instant;

/// The conditional requests of clients, evaluated on what is stored (RFC 9110 §13, http.md 16).
public final class Conditions {
  private Conditions() {}

  /// What a stored 200 answers to the request's If-None-Match and If-Modified-Since.
  public enum Result {
    WHOLE,
    NOT_MODIFIED
  }

  public static Result evaluate(Instant now, RequestHead request, ResponseHead stored) {
    throw new UnsupportedOperationException("not built yet");
  }

  /// The fields of the 304 that stands for this head (RFC 9110 §15.4.5).
  public static Headers notModified(Headers stored) {
    throw new UnsupportedOperationException("not built yet");
  }

  /// The request's fields as a shared fill sends them: without If-None-Match and If-Modified-Since.
  public static Headers withoutConditions(Headers request) {
    throw new UnsupportedOperationException("not built yet");
  }
}
