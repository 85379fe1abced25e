package dev.terrace.flow;

import dev.terrace.http.Headers;
import dev.terrace.layer.LayerStack.Found;
import dev.terrace.layer.StoredResponse;
import dev.terrace.purge.Fence;
import dev.terrace.rules.MissReason;
import dev.terrace.rules.ReuseDecision.OnFailure;
import dev.terrace.rules.ReusePolicy.Judgement;
import java.util.Optional;

/// Why a request needs the target, and what it may fall back on.
///
/// @param fence captured before the lookup, so that a purge which came since covers the fetch
/// @param reason for Cache-Status
/// @param base the stored response to confirm, or to fall back on, as it was judged at the lookup;
///   empty for none
/// @param conditions to confirm it with, or, where it is a part that the request asks more than,
///   the Range and If-Range that complete it; empty where it can be neither
/// @param onFailure whether the base may answer where the target fails
record Need(
    Fence fence, MissReason reason, Optional<Found> base, Headers conditions, OnFailure onFailure) {
  /// With nothing stored to fall back on.
  static Need of(Fence fence, MissReason reason) {
    return new Need(fence, reason, Optional.empty(), Headers.EMPTY, OnFailure.PASS_ON);
  }

  /// What a 304 confirms.
  Optional<StoredResponse> confirmable() {
    return conditions.isEmpty() || completes() ? Optional.empty() : base.map(Found::response);
  }

  /// The stored beginning of which the target is asked the rest.
  Optional<StoredResponse> completable() {
    return completes() ? base.map(Found::response) : Optional.empty();
  }

  /// The stored part that an answer may continue. One that is still to be confirmed is not built
  /// upon, be it that there is nothing to confirm it with.
  Optional<StoredResponse> extensible() {
    return confirmable().isPresent() || !isBaseCurrent() ? Optional.empty() : part();
  }

  /// Whether there is a base, and no purge may cover it. What one may cover is confirmed by a 304
  /// for a condition of Terrace's own and by nothing else.
  boolean isBaseCurrent() {
    return base.filter(found -> found.judgement() == Judgement.CURRENT).isPresent();
  }

  private boolean completes() {
    return conditions.contains("Range");
  }

  /// The stored part of the representation.
  Optional<StoredResponse> part() {
    return base.map(Found::response).filter(stored -> stored.entry().isPart());
  }

  /// The base, where it may answer instead of this status of the target (RFC 5861 §4).
  Optional<Found> insteadOf(int status) {
    boolean error = status == 500 || status == 502 || status == 503 || status == 504;
    return error && onFailure == OnFailure.STALE_IF_ERROR ? base : Optional.empty();
  }

  /// The base, where it may answer although the target could not be asked.
  Optional<Found> insteadOfNothing() {
    return onFailure == OnFailure.PASS_ON ? Optional.empty() : base;
  }
}
