package dev.terrace.http;

import java.util.Optional;

/// The one validator of requests, for every version and both lanes: what is malformed or ambiguous
/// is refused before anything is keyed or forwarded (security.md S3, http.md 19, 23, 25).
///
/// What two recipients could read in two ways is never repaired, always refused. It runs on every
/// request, cache hits too: one pass over every character, by table. Details name the field and the
/// position, never any part of a value. Immutable; safe for use by any thread.
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

  private final Limits limits;

  public RequestCheck(Limits limits) {
    this.limits = limits;
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
    try {
      checkMethod(method);
      checkLength(target);
      FieldScan scan = new FieldScan(version);
      scan.scan(fields, limits.headBytes() - method.length() - target.length());
      checkCount(fields, scan, version);
      Optional<String> host =
          scan.host() < 0 ? Optional.empty() : Optional.of(fields.value(scan.host()));
      RequestLine line =
          version == HttpVersion.HTTP_2
              ? RequestLine.ofHttp2(target, scheme, claimedScheme, claimedAuthority, host)
              : RequestLine.ofHttp1(method, target, version, scheme, host);
      checkTarget(method, line.target());
      return new Verdict.Sound(
          new RequestHead(
              method,
              scheme,
              line.authority(),
              line.target(),
              endToEnd(fields, scan, version),
              version));
    } catch (Refusal refusal) {
      return new Verdict.Refused(refusal.status(), refusal.detail());
    }
  }

  private static void checkMethod(String method) throws Refusal {
    if (!isToken(method)) {
      throw Refusal.malformed("the method: expected a token");
    }
    if (method.equals("CONNECT") || method.equals("TRACE")) {
      throw new Refusal(405, method + " is not served");
    }
  }

  private void checkLength(String target) throws Refusal {
    if (target.length() > limits.targetBytes()) {
      throw new Refusal(
          414,
          "the request target: expected at most "
              + limits.targetBytes()
              + " bytes, came "
              + target.length());
    }
  }

  /// Cookie crumbs count as the one field that they are: HTTP/2 splits it to compress it (RFC 9113
  /// §8.2.3), and the head's bytes bound them.
  private void checkCount(Headers fields, FieldScan scan, HttpVersion version) throws Refusal {
    int joined = version == HttpVersion.HTTP_2 ? Math.max(0, scan.cookies() - 1) : 0;
    if (fields.size() - joined > limits.fields()) {
      throw new Refusal(
          431, "expected at most " + limits.fields() + " fields, came " + (fields.size() - joined));
    }
  }

  private void checkTarget(String method, String target) throws Refusal {
    if (!target.equals("*")) {
      TargetCheck.check(target, limits.queryParameters());
    } else if (!method.equals("OPTIONS")) {
      throw Refusal.malformed("the request target *: expected with OPTIONS alone");
    }
  }

  /// Whether a text can be a method or the name of a field (RFC 9110 §5.6.2).
  public static boolean isToken(String text) {
    int length = text.length();
    return length > 0 && ByteClass.firstOutside(text, 0, length, ByteClass.TOKEN) == length;
  }

  /// Whether a text is a host and a port perhaps, as Host may hold it: for those that other fields
  /// name.
  public static boolean isAuthority(String text) {
    try {
      Authority.check(text);
      return true;
    } catch (Refusal refusal) {
      return false;
    }
  }

  /// Every field but Host, with the crumbs joined at the place of the first.
  private static Headers endToEnd(Headers fields, FieldScan scan, HttpVersion version) {
    Headers others = scan.host() < 0 ? fields : fields.withoutLine(scan.host());
    if (version != HttpVersion.HTTP_2 || scan.cookies() < 2) {
      return others;
    }
    return others.with("cookie", String.join("; ", others.all("cookie")));
  }
}
