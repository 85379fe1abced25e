package dev.terrace.http;

/// The head of a request (RFC 9110 §6), after its version's own framing is gone.
///
/// @param method case-sensitive
/// @param scheme `http` or `https`
/// @param authority Host or `:authority`; empty if an HTTP/1.0 request had none
/// @param target origin-form, or `*`; on the wire's spelling until `RequestTarget` normalises it
/// @param headers every field but Host
/// @param version how it came
public record RequestHead(
    String method,
    String scheme,
    String authority,
    String target,
    Headers headers,
    HttpVersion version) {

  /// The same request with other fields.
  public RequestHead withHeaders(Headers replacement) {
    return new RequestHead(method, scheme, authority, target, replacement, version);
  }

  /// The same request with another method.
  public RequestHead withMethod(String replacement) {
    return new RequestHead(replacement, scheme, authority, target, headers, version);
  }

  public boolean isGet() {
    return method.equals("GET");
  }

  public boolean isHead() {
    return method.equals("HEAD");
  }

  /// Without values: they may be secrets.
  @Override
  public String toString() {
    int query = target.indexOf('?');
    return method + " " + (query < 0 ? target : target.substring(0, query) + "?…") + " " + headers;
  }
}
