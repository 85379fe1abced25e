package dev.terrace.flow;

import dev.terrace.origin.OriginResult;

/// What the client gets where the target gives no answer (`product.md` 5, RFC 9209 §2.3).
public final class Failures {
  private Failures() {}

  public static Problem problem(OriginResult.Kind kind, String detail) {
    return switch (kind) {
      case UNREACHABLE ->
          Problem.of(502, "The target could not be reached: " + detail, "destination_unavailable");
      case MALFORMED ->
          Problem.of(502, "The target's answer is malformed: " + detail, "http_protocol_error");
      case TIMED_OUT ->
          Problem.of(504, "The target did not answer in time: " + detail, "http_response_timeout");
      case OVERLOADED ->
          Problem.of(503, "Too many requests wait for the target", "connection_limit_reached");
      case REQUEST_BROKEN ->
          Problem.of(400, "The request's body broke off: " + detail, "http_request_error");
    };
  }
}
