package dev.terrace.server;

import dev.terrace.flow.PlainHit;
import dev.terrace.http.RequestHead;
import dev.terrace.rules.Peer;
import java.util.Optional;

/// What the fast lane asks on event loops: it never blocks and never throws.
public interface Hits {
  /// The plain hit that answers this request; empty if the full lane is to.
  ///
  /// @param request checked, and without a body
  Optional<PlainHit> find(RequestHead request, Peer peer);

  /// Is told of a hit that was answered.
  ///
  /// @param durationNanos from the decoded request to the encoded answer
  void answered(RequestHead request, Peer peer, PlainHit hit, long durationNanos);

  /// No fast lane.
  Hits NONE =
      new Hits() {
        @Override
        public Optional<PlainHit> find(RequestHead request, Peer peer) {
          return Optional.empty();
        }

        @Override
        public void answered(RequestHead request, Peer peer, PlainHit hit, long durationNanos) {}
      };
}
