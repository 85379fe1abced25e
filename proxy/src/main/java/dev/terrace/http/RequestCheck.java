package dev.terrace.http;

import java.util.Optional;

/// The one validator of requests, for every version and both lanes: what is malformed or ambiguous
/// is refused before anything is keyed or forwarded (security.md S3, http.md 19, 23, 25).
public final class RequestCheck {
  /// @param targetBytes longest request target; past it 414
  /// @param headBytes longest head; past it 431
  /// @param fields most field lines; past it 431
  /// @param queryParameters most parameters; past it 414
  public record Limits(int targetBytes, int headBytes, int fields, int queryParameters) {}

  /// Whether a request may go on.
  public sealed interface Verdict {
    /// @param head absolute-form resolved to origin-form; Host moved to authority; every other
    ///   field as it came, cookie crumbs of HTTP/2 joined
    record Sound(RequestHead head) implements Verdict {}

    /// @param status as http.md 25 gives it
    /// @param detail what was expected and what came, without secrets
    record Refused(int status, String detail) implements Verdict {}
  }

  public RequestCheck(Limits limits) {
    throw new UnsupportedOperationException("not built yet");
  }

  /// @param target as on the wire, or `:path`
  /// @param scheme of the connection, `http` or `https`
  /// @param claimedScheme `:scheme`; empty for HTTP/1
  /// @param claimedAuthority `:authority`; empty for HTTP/1 or where it was absent
  /// @param fields every field as it came, Host and framing included
  public Verdict check(
      String method,
      String target,
      HttpVersion version,
      String scheme,
      Optional<String> claimedScheme,
      Optional<String> claimedAuthority,
      Headers fields) {
    throw new UnsupportedOperationException("not built yet");
  }
}
