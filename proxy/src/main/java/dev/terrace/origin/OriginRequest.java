package dev.terrace.origin;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/// One request to the target, ready to be sent: the framing fields are written by the client.
///
/// @param method as it came
/// @param target for the request line, base path included
/// @param authority for Host or `:authority`
/// @param headers end-to-end fields without Host, Content-Length, Transfer-Encoding and Connection
/// @param body its body; empty for none
/// @param bodyBytes its length; empty with a body means chunked
/// @param loop the event loop of the client's connection, where the exchange with the target runs
///   too
/// @param interim is given status and fields of each 1xx but 100 and 101, on any thread
/// @param retry whether it may be sent again where the pooled connection was closed under it
public record OriginRequest(
    String method,
    String target,
    String authority,
    Headers headers,
    java.util.Optional<BodyReader> body,
    OptionalLong bodyBytes,
    Executor loop,
    BiConsumer<Integer, Headers> interim,
    Retry retry) {
  /// The same with other fields.
  public OriginRequest withHeaders(Headers replacement) {
    return new OriginRequest(
        method, target, authority, replacement, body, bodyBytes, loop, interim, retry);
  }

  /// Whether a request may be sent twice.
  public enum Retry {
    IDEMPOTENT_ONCE,
    NEVER
  }
}
