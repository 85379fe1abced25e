package dev.terrace.server;

import dev.terrace.flow.HitLookup;
import dev.terrace.flow.PlainHit;
import dev.terrace.http.RequestHead;
import dev.terrace.rules.Peer;
import java.util.Optional;

/// What the fast lane asks on event loops: it waits for nothing but memory and never throws.
public interface Hits {
  /// How to find the plain hit that may answer this request; empty if the full lane is to. It holds
  /// for every request with the same head from the same peer.
  ///
  /// @param request checked, and without a body
  Optional<HitLookup> lookup(RequestHead request, Peer peer);

  /// Is told of a hit that was answered.
  ///
  /// @param durationNanos from the decoded request to the encoded answer
  void answered(RequestHead request, Peer peer, PlainHit hit, long durationNanos);

  /// No fast lane.
  Hits NONE =
      new Hits() {
        @Override
        public Optional<HitLookup> lookup(RequestHead request, Peer peer) {
          return Optional.empty();
        }

        @Override
        public void answered(RequestHead request, Peer peer, PlainHit hit, long durationNanos) {}
      };
}
