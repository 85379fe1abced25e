package dev.terrace.purge;

import dev.terrace.purge.PurgeTable.Mode;
import java.time.Instant;
import java.util.List;

/// A purge as it was asked for, on its way into the log.
///
/// @param id known to the log once; whoever asks again under it asks for nothing new
/// @param nonce tells a record from another at the same place of a log that was put back
/// @param scopes at least one
/// @param at by the clock of who accepted it: only for trimming
public record PurgeRequest(String id, long nonce, List<Scope> scopes, Mode mode, Instant at) {
  public PurgeRequest {
    scopes = List.copyOf(scopes);
    if (scopes.isEmpty()) {
      throw new IllegalArgumentException("a purge of nothing");
    }
  }
}
