package dev.terrace.flow;

import dev.terrace.http.ResponseHead;
import dev.terrace.layer.EntryWriter;
import dev.terrace.layer.Opening;
import dev.terrace.origin.OriginResult;
import dev.terrace.purge.Fenced;
import dev.terrace.rules.PartialContent;
import dev.terrace.rules.SkipReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/// What would be stored of an answer: as it is relayed, or behind a stored part that it continues.
///
/// @param head that the store policy decides on
/// @param bodyBytes of what is stored; empty where the end is told otherwise
/// @param continuation that the answer is part of
/// @param front the stored bytes that go before those that are relayed; mostly none
record Storing(
    ResponseHead head,
    OptionalLong bodyBytes,
    Optional<Continuation> continuation,
    Optional<ByteBuffer> front) {
  /// The answer alone.
  static Storing of(OriginResult.Answer answer) {
    OptionalLong bytes =
        PartialContent.isPart(answer.head())
            ? PartialContent.bytes(answer.head())
            : answer.bodyBytes();
    return new Storing(answer.head(), bytes, Optional.empty(), Optional.empty());
  }

  /// The answer that a stored part and the rest of it are together.
  static Storing completed(Continuation continuation) {
    return continued(continuation, Optional.empty());
  }

  /// An answer to someone who asked for this much and no more, behind the stored part. That is
  /// copied once for each such answer, so it is only done where it lies in memory, which bounds it.
  static Optional<Storing> appended(Continuation continuation) {
    return continuation
        .part()
        .body()
        .inMemory()
        .map(front -> continued(continuation, Optional.of(front)));
  }

  private static Storing continued(Continuation continuation, Optional<ByteBuffer> front) {
    return new Storing(
        continuation.head(),
        OptionalLong.of(continuation.bytes()),
        Optional.of(continuation),
        front);
  }

  boolean isPart() {
    return PartialContent.isPart(head);
  }

  /// What purges judge it by.
  ///
  /// @param own of the answer alone
  Fenced fenced(Fenced own) {
    return continuation.map(both -> both.fenced(own)).orElse(own);
  }

  /// A writer to which the relayed bytes are given, and which knows what to make of them.
  ///
  /// @param displacesWhole asked before a part is committed
  Opening prepared(Opening opening, BooleanSupplier displacesWhole) {
    if (!(opening instanceof Opening.Writing(EntryWriter writer))
        || (!isPart() && front.isEmpty())) {
      return opening;
    }
    if (front.isEmpty()) {
      return new Opening.Writing(new PartWriter(writer, 0, displacesWhole));
    }
    try {
      writer.write(front.get());
      return new Opening.Writing(
          new PartWriter(writer, continuation.orElseThrow().skip(), displacesWhole));
    } catch (IOException e) {
      writer.abandon();
      return new Opening.Declined(SkipReason.NO_ROOM);
    }
  }
}
