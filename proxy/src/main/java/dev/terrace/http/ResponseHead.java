package dev.terrace.http;

/// The head of a final response (RFC 9110 §6): the framing fields Transfer-Encoding, Connection and
/// their kin are not part of it.
///
/// @param status 200 to 599
/// @param headers the end-to-end fields
public record ResponseHead(int status, Headers headers) {
  public ResponseHead withHeaders(Headers replacement) {
    return new ResponseHead(status, replacement);
  }

  /// Whether a response of this status to this method has no body whatever its fields say (RFC 9112
  /// §6.3).
  public static boolean isBodiless(String method, int status) {
    return method.equals("HEAD") || status == 204 || status == 304 || status < 200;
  }
}
