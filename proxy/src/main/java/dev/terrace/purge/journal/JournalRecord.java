package dev.terrace.purge.journal;

import dev.terrace.purge.History;
import dev.terrace.purge.Purge;
import dev.terrace.purge.PurgeRequest;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import dev.terrace.purge.ScopeFormat;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One record of the journal:
///
/// ```
/// record   = length inverse checksum content
/// length   = u32                       ; of content, 1 to LIMIT
/// inverse  = u32                       ; every bit of length inverted: a record that seems to be cut
///                                      ; is cut, and not one whose length was damaged
/// checksum = u32                       ; CRC-32C of content
/// content  = purge / position / pending / done / applied / adopted / left / heard
/// purge    = "P" mode stamp scope
/// position = "@" lineage boot stamp floor
///            ; begins a journal: whose it is, what was known and what forgotten before
/// pending  = "?" id nonce time mode count *scope
/// done     = "!" id
/// applied  = "=" seq nonce floor
/// adopted  = "A" lineage
/// left     = "L" lineage
/// heard    = "M" self string           ; others, a line each
/// self     = %x00 / %x01               ; 1: this instance is a member
/// lineage, nonce, time = i64           ; time in milliseconds since the epoch
/// stamp, boot, floor, seq = u64
/// count    = u16
/// id       = string
/// mode, scope, string = as ScopeFormat has them
/// ```
sealed interface JournalRecord {
  /// Longest content: a hundred URLs of 8 KiB fit.
  int LIMIT = 1024 * 1024;

  /// Longest of what has one length, texts aside.
  int FIXED_BYTES = 64;

  /// Of length, inverse and checksum.
  int FRAME_BYTES = 12;

  record Purged(Purge purge) implements JournalRecord {}

  /// A purge that the log is not known to have.
  record Pending(PurgeRequest purge) implements JournalRecord {}

  /// The log has the pending purge of this id.
  record Done(String id) implements JournalRecord {}

  /// The log was applied up to here.
  record Applied(long seq, long nonce, long floor) implements JournalRecord {}

  /// Everything that follows is of this lineage, which instances share; what came before is not.
  record Adopted(long lineage) implements JournalRecord {}

  /// Who followed the log when it was last heard of.
  record Heard(History.Members members) implements JournalRecord {}

  /// A lineage that was followed once.
  record Left(long lineage) implements JournalRecord {}

  record Position(long lineage, long boot, long stamp, long floor) implements JournalRecord {}

  /// @throws IllegalArgumentException if the purge names more than a record holds
  default ByteBuffer bytes() {
    ByteBuffer content = content();
    return ByteBuffer.allocate(FRAME_BYTES + content.remaining())
        .putInt(content.remaining())
        .putInt(~content.remaining())
        .putInt(Boot.checksum(content))
        .put(content)
        .flip();
  }

  private ByteBuffer content() {
    ByteBuffer out = ByteBuffer.allocate(Math.min(LIMIT, mostBytes()));
    try {
      switch (this) {
        case Position(long lineage, long boot, long stamp, long floor) ->
            out.put((byte) '@').putLong(lineage).putLong(boot).putLong(stamp).putLong(floor);
        case Purged(Purge(Scope scope, Mode mode, long stamp)) -> {
          out.put((byte) 'P');
          ScopeFormat.write(out, mode);
          ScopeFormat.write(out.putLong(stamp), scope);
        }
        case Pending(PurgeRequest purge) -> write(out.put((byte) '?'), purge);
        case Done(String id) -> ScopeFormat.write(out.put((byte) '!'), id);
        case Applied(long seq, long nonce, long floor) ->
            out.put((byte) '=').putLong(seq).putLong(nonce).putLong(floor);
        case Adopted(long lineage) -> out.put((byte) 'A').putLong(lineage);
        case Heard(History.Members(History.Self self, List<String> others)) -> {
          out.put((byte) 'M').put((byte) (self == History.Self.LISTED ? 1 : 0));
          ScopeFormat.write(out, String.join("\n", others));
        }
        case Left(long lineage) -> out.put((byte) 'L').putLong(lineage);
      }
    } catch (BufferOverflowException e) {
      throw new IllegalArgumentException("a purge of more than " + out.capacity() + " bytes", e);
    }
    return out.flip();
  }

  private int mostBytes() {
    return FIXED_BYTES
        + switch (this) {
          case Purged(Purge(Scope scope, _, _)) -> ScopeFormat.mostBytes(scope);
          case Pending(PurgeRequest purge) ->
              ScopeFormat.mostBytes(purge.id()) + ScopeFormat.mostBytes(purge.scopes());
          case Done(String id) -> ScopeFormat.mostBytes(id);
          case Heard(History.Members members) ->
              ScopeFormat.mostBytes(String.join("\n", members.others()));
          case Position _, Applied _, Adopted _, Left _ -> 0;
        };
  }

  private static void write(ByteBuffer out, PurgeRequest purge) {
    ScopeFormat.write(out, purge.id());
    out.putLong(purge.nonce()).putLong(purge.at().toEpochMilli());
    ScopeFormat.write(out, purge.mode());
    out.putShort((short) purge.scopes().size());
    purge.scopes().forEach(scope -> ScopeFormat.write(out, scope));
  }

  /// Empty if the content is none.
  static Optional<JournalRecord> read(ByteBuffer content) {
    try {
      JournalRecord record =
          switch (content.get()) {
            case '@' ->
                new Position(
                    content.getLong(), content.getLong(), content.getLong(), content.getLong());
            case 'P' -> purged(content);
            case '?' -> pending(content);
            case '!' -> new Done(ScopeFormat.string(content));
            case '=' -> new Applied(content.getLong(), content.getLong(), content.getLong());
            case 'A' -> new Adopted(content.getLong());
            case 'L' -> new Left(content.getLong());
            case 'M' -> heard(content);
            default -> throw new IllegalArgumentException("an unknown kind");
          };
      return content.hasRemaining() ? Optional.empty() : Optional.of(record);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Purged purged(ByteBuffer content) {
    Mode mode = ScopeFormat.mode(content);
    long stamp = content.getLong();
    return new Purged(new Purge(ScopeFormat.scope(content), mode, stamp));
  }

  private static Heard heard(ByteBuffer content) {
    History.Self self = content.get() == 1 ? History.Self.LISTED : History.Self.UNLISTED;
    String others = ScopeFormat.string(content);
    return new Heard(
        new History.Members(self, others.isEmpty() ? List.of() : List.of(others.split("\n", -1))));
  }

  private static Pending pending(ByteBuffer content) {
    String id = ScopeFormat.string(content);
    long nonce = content.getLong();
    Instant at = Instant.ofEpochMilli(content.getLong());
    Mode mode = ScopeFormat.mode(content);
    List<Scope> scopes = new ArrayList<>();
    for (int count = Short.toUnsignedInt(content.getShort()); count > 0; count--) {
      scopes.add(ScopeFormat.scope(content));
    }
    return new Pending(new PurgeRequest(id, nonce, scopes, mode, at));
  }
}
