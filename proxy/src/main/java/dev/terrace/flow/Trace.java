package dev.terrace.flow;

import dev.terrace.http.Headers;
import dev.terrace.http.RequestHead;
import dev.terrace.http.TraceParent;
import java.util.concurrent.ThreadLocalRandom;

/// What is told of a request besides its answer: its place in a trace, and how long the target took
/// for it. Used by the request's thread alone.
final class Trace {
  private final TraceParent parent;
  private long targetNanos = -1;

  private Trace(TraceParent parent) {
    this.parent = parent;
  }

  /// As the request says, else a trace of its own; an id needs no secrecy.
  static Trace of(RequestHead request) {
    return new Trace(TraceParent.ofOrNew(request.headers(), ThreadLocalRandom.current()));
  }

  String traceId() {
    return parent.traceId();
  }

  /// The fields with which the target is asked.
  Headers toTarget(Headers fields) {
    if (fields.firstOr(TraceParent.NAME, "").equals(parent.text())) {
      return fields;
    }
    return fields
        .without(TraceParent.NAME, TraceParent.STATE)
        .adding(TraceParent.NAME, parent.text());
  }

  /// The target was asked, once more, and this long waited for.
  void waited(long nanos) {
    targetNanos = Math.max(0, targetNanos) + nanos;
  }

  /// -1 if the target was not asked.
  long targetNanos() {
    return targetNanos;
  }
}
