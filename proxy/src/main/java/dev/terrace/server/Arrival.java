package dev.terrace.server;

import dev.terrace.http.Headers;
import dev.terrace.http.RequestCheck;
import dev.terrace.http.RequestHead;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a gate knows of a request, carried past Vert.x to whoever serves it. Used on the event loop
/// of its connection alone, but for the trailers, which are read once the body's end was seen.
final class Arrival {
  private final RequestCheck.Verdict verdict;
  private final boolean hasBody;
  private volatile Headers trailers = Headers.EMPTY;
  private boolean complete;
  private @Nullable Refusal broken;
  private @Nullable Consumer<Refusal> onBroken;

  /// @param hasBody whether its framing states a body, be it of no bytes
  Arrival(RequestCheck.Verdict verdict, boolean hasBody) {
    this.verdict = verdict;
    this.hasBody = hasBody;
  }

  RequestCheck.Verdict verdict() {
    return verdict;
  }

  boolean hasBody() {
    return hasBody;
  }

  /// The body's length as Content-Length states it.
  static OptionalLong bodyBytes(RequestHead head) {
    String length = head.headers().firstOr("Content-Length", "");
    return length.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(length));
  }

  Headers trailers() {
    return trailers;
  }

  /// The whole request has been received.
  void complete(Headers trailerFields) {
    trailers = trailerFields;
    complete = true;
  }

  boolean isComplete() {
    return complete;
  }

  /// Says that the body cannot be understood from here on.
  void breakOff(Refusal cause) {
    broken = cause;
    if (onBroken != null) {
      onBroken.accept(cause);
    }
  }

  /// Runs `action` when the body breaks, at once if it has.
  void onBroken(Consumer<Refusal> action) {
    onBroken = action;
    if (broken != null) {
      action.accept(broken);
    }
  }
}
