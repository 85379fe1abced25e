package dev.terrace.flow;

import dev.terrace.http.ResponseHead;
import dev.terrace.layer.Entry;
import dev.terrace.layer.StoredResponse;
import dev.terrace.origin.OriginResult;
import dev.terrace.rules.SkipReason;
import java.util.Optional;
import java.util.OptionalLong;

/// What a fetch came to, as soon as the target's head says it.
sealed interface FetchHead {
  /// May be stored: its bytes are relayed to everyone whom it fits.
  ///
  /// @param received the fields as the target sent them
  /// @param entry what is being stored
  /// @param body the bytes
  /// @param bodyBytes empty where the end is told otherwise
  /// @param notStored why no layer takes it; empty where one does
  record Shared(
      ResponseHead received,
      Entry entry,
      Relay body,
      OptionalLong bodyBytes,
      Optional<SkipReason> notStored)
      implements FetchHead {}

  /// The target confirmed the stored response.
  ///
  /// @param refreshed with its new head
  /// @param storable whether the merged head passed the gate again; if not, only the leader gets it
  record Confirmed(StoredResponse refreshed, Storable storable) implements FetchHead {}

  /// Whether a confirmed response stays stored.
  enum Storable {
    YES,
    NO
  }

  /// May not be stored: the leader alone gets it.
  record Private(ResponseHead received, OptionalLong bodyBytes, SkipReason reason)
      implements FetchHead {}

  /// No answer.
  record Failed(OriginResult.Kind kind, String detail) implements FetchHead {}
}
