package dev.terrace.rules;

import dev.terrace.http.RequestHead;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Whether a stored response answers a request (RFC 9111 §4, §5.2.1, RFC 5861, RFC 8246).
public final class ReusePolicy {
  /// What `--client-cache-control` says.
  public enum ClientCacheControl {
    HONOUR,
    IGNORE
  }

  public record Settings(ClientCacheControl clientCacheControl, Duration staleIfUnreachable) {}

  /// What the purge tables say of the entry.
  public enum Judgement {
    CURRENT,
    /// Below a soft purge: stale.
    SOFT_PURGED,
    /// May not be used before the target confirms it.
    SUSPECT
  }

  public ReusePolicy(Settings settings) {
    throw new UnsupportedOperationException("not built yet");
  }

  /// With something stored that the request selects.
  public ReuseDecision decide(
      Instant now,
      RequestHead request,
      Optional<Rule> governing,
      StoredHead stored,
      Judgement judgement) {
    throw new UnsupportedOperationException("not built yet");
  }

  /// With nothing stored: Fetch, or Refuse for only-if-cached.
  public ReuseDecision decideMiss(RequestHead request, MissReason reason) {
    throw new UnsupportedOperationException("not built yet");
  }
}
