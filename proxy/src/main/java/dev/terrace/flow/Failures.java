package dev.terrace.flow;

import dev.terrace.origin.OriginResult;
import dev.terrace.rules.ProxyStatus;

/// What the client gets where the target gives no answer (`product.md` 5, RFC 9209 §2.3).
public final class Failures {
  private Failures() {}

  public static Problem problem(OriginResult.Kind kind, String detail) {
    return switch (kind) {
      case UNREACHABLE ->
          Problem.of(
              502,
              "The target could not be reached: " + detail,
              ProxyStatus.Type.DESTINATION_UNAVAILABLE);
      case MALFORMED ->
          Problem.of(
              502,
              "The target's answer is malformed: " + detail,
              ProxyStatus.Type.HTTP_PROTOCOL_ERROR);
      case TIMED_OUT ->
          Problem.of(
              504,
              "The target did not answer in time: " + detail,
              ProxyStatus.Type.HTTP_RESPONSE_TIMEOUT);
      case OVERLOADED ->
          Problem.of(
              503,
              "Too many requests wait for the target",
              ProxyStatus.Type.CONNECTION_LIMIT_REACHED);
      case REQUEST_BROKEN ->
          Problem.of(
              400, "The request's body broke off: " + detail, ProxyStatus.Type.HTTP_REQUEST_ERROR);
    };
  }
}
