package dev.terrace.purge.redis;

import dev.terrace.purge.PurgeRequest;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import dev.terrace.purge.ScopeFormat;
import dev.terrace.purge.redis.Member.Binding;
import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How the log lies in Redis: in one hash, so that it is lost as a whole if it is lost.
///
/// ```
/// key      = prefix "{ctl}"            ; never expires
/// bell     = prefix "{ctl}:bell:" db   ; a channel on which the number of the newest record is told
///
/// fields of key:
/// "lineage" = 16HEXDIG
/// "seq"     = decimal                  ; of the newest record; they are numbered from 1 without gap
/// "floor"   = decimal                  ; records up to this one are forgotten
/// "bytes"   = decimal                  ; of all records
/// "run"     = run_id ":" master_replid ; of the process that this lineage lives in
/// "settled" = "0" / "1"                ; 1: leases of older lineages have run out everywhere
/// "past"    = *64(16HEXDIG)            ; older lineages
/// "members" = member *(LF member)
/// "r" seq   = record
/// "p:" id   = seq                      ; of the newest record with this id
///
/// member   = id SP boot SP beat SP applied SP binding SP address
/// beat     = decimal / "-"             ; -: not heard of in this lineage
/// binding  = "serves" / "forgets" / "confirms"
/// address  = "-" / host ":" port
///
/// record   = nonce time idBytes id mode count *scope
/// nonce, time = u64                    ; time in milliseconds since the epoch
/// idBytes  = u8
/// count    = u16
/// mode, scope = as ScopeFormat has them
/// ```
final class ControlKey {
  /// Longest record: scopes of [ScopeFormat#LONGEST] fit it, and it fits a record of the journal.
  static final int RECORD_LIMIT = 900 * 1024;

  private static final int ID_LIMIT = 200;

  /// What a record takes beside its id and its scopes: nonce, time, idBytes, mode and count.
  private static final int FIXED_BYTES = 20;

  /// As callers may give it, with the number of a part.
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._~-]{1,128}(:[0-9]{1,5})?");

  private static final Pattern MEMBER =
      Pattern.compile(
          "(\\S{1,64}) (\\d{1,19}) (\\d{1,19}|-) (\\d{1,19}) (serves|forgets|confirms) (\\S+)");

  private ControlKey() {}

  static String lineage(long lineage) {
    return HexFormat.of().toHexDigits(lineage);
  }

  static String lineages(List<Long> lineages) {
    StringBuilder all = new StringBuilder();
    lineages.forEach(lineage -> all.append(lineage(lineage)));
    return all.toString();
  }

  static long readLineage(String text) throws IOException {
    try {
      if (text.length() == 16) {
        return HexFormat.fromHexDigitsToLong(text);
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("a lineage that is no hexadecimal number", e);
    }
    throw new IOException("a lineage of " + text.length() + " digits");
  }

  static String member(Member member) {
    return String.join(
        " ",
        member.id(),
        Long.toString(member.boot()),
        member.beat() < 0 ? "-" : Long.toString(member.beat()),
        Long.toString(member.applied()),
        binding(member.binding()),
        member.address().isEmpty() ? "-" : member.address());
  }

  static String binding(Binding binding) {
    return binding.name().toLowerCase(Locale.ROOT);
  }

  static List<Member> readMembers(String lines) throws IOException {
    List<Member> members = new ArrayList<>();
    for (String line : lines.split("\n", -1)) {
      Matcher parts = MEMBER.matcher(line);
      if (parts.matches()) {
        members.add(
            new Member(
                parts.group(1),
                number(parts.group(2)),
                parts.group(3).equals("-") ? -1 : number(parts.group(3)),
                number(parts.group(4)),
                Binding.valueOf(parts.group(5).toUpperCase(Locale.ROOT)),
                parts.group(6).equals("-") ? "" : parts.group(6)));
      } else if (!line.isEmpty()) {
        throw new IOException(
            "expected a member `id boot beat applied binding address`, got "
                + line.length()
                + " characters");
      }
    }
    return members;
  }

  static long number(String text) throws IOException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException("expected a number, got " + text, e);
    }
  }

  /// @throws IllegalArgumentException if it is more than a record holds
  static byte[] record(PurgeRequest purge) {
    byte[] id = purge.id().getBytes(StandardCharsets.US_ASCII);
    if (id.length > ID_LIMIT) {
      throw new IllegalArgumentException("an id of " + id.length + " bytes");
    }
    ByteBuffer out = ByteBuffer.allocate(Math.min(RECORD_LIMIT, mostBytes(purge)));
    out.putLong(purge.nonce()).putLong(purge.at().toEpochMilli()).put((byte) id.length).put(id);
    ScopeFormat.write(out, purge.mode());
    out.putShort((short) purge.scopes().size());
    purge.scopes().forEach(scope -> ScopeFormat.write(out, scope));
    byte[] record = new byte[out.position()];
    out.flip().get(record);
    return record;
  }

  /// Bytes that its record takes at the most.
  static int mostBytes(PurgeRequest purge) {
    return FIXED_BYTES + purge.id().length() + ScopeFormat.mostBytes(purge.scopes());
  }

  /// @throws IOException if it is malformed: then the log cannot be followed
  static PurgeRequest readRecord(byte[] record) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(record);
    try {
      long nonce = in.getLong();
      Instant at = Instant.ofEpochMilli(in.getLong());
      byte[] id = new byte[Byte.toUnsignedInt(in.get())];
      in.get(id);
      Mode mode = ScopeFormat.mode(in);
      List<Scope> scopes = new ArrayList<>();
      for (int count = Short.toUnsignedInt(in.getShort()); count > 0; count--) {
        scopes.add(ScopeFormat.scope(in));
      }
      return new PurgeRequest(new String(id, StandardCharsets.US_ASCII), nonce, scopes, mode, at);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new IOException("a malformed record of the log: " + e.getMessage(), e);
    }
  }

  /// A record as an instance hands it over, which is to become one of this instance's own.
  ///
  /// @throws IOException if it is malformed, or not as it would be written here
  static PurgeRequest readOwnRecord(byte[] record) throws IOException {
    PurgeRequest purge = readRecord(record);
    if (record.length > RECORD_LIMIT
        || !ID.matcher(purge.id()).matches()
        || !isWrittenAs(record, purge)) {
      throw new IOException("a record of the log that no instance writes");
    }
    return purge;
  }

  private static boolean isWrittenAs(byte[] record, PurgeRequest purge) {
    try {
      return Arrays.equals(record, record(purge));
    } catch (BufferOverflowException e) {
      return false;
    }
  }

  static Optional<Long> optionalLineage(String text) throws IOException {
    return text.isEmpty() ? Optional.empty() : Optional.of(readLineage(text));
  }
}
