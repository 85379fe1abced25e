package dev.terrace.purge.journal;

import dev.terrace.purge.Purge;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import dev.terrace.rules.Pattern;
import dev.terrace.rules.UrlKey;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// One record of the journal:
///
/// ```
/// record   = length inverse checksum content
/// length   = u32                       ; of content, 1 to LIMIT
/// inverse  = u32                       ; every bit of length inverted: a record that seems to be cut
///                                      ; is cut, and not one whose length was damaged
/// checksum = u32                       ; CRC-32C of content
/// content  = purge / position
/// purge    = "P" mode stamp scope
/// mode     = "H" / "S"
/// stamp    = u64
/// scope    = "E" / "U" string string / "H" string / "T" string / "F" string / "G" string
///            ; everything, URL, path under every host, tag, prefix, pattern
/// position = "@" lineage boot stamp floor
///            ; begins a journal: whose it is, what was known and what forgotten before
/// lineage  = i64
/// boot, floor = u64
/// string   = u32 *OCTET                ; bytes of UTF-8
/// ```
sealed interface JournalRecord {
  /// Longest content: a URL of 8 KiB and its host fit well.
  int LIMIT = 32 * 1024;

  /// Of length, inverse and checksum.
  int FRAME_BYTES = 12;

  record Purged(Purge purge) implements JournalRecord {}

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
    ByteBuffer out = ByteBuffer.allocate(LIMIT);
    try {
      switch (this) {
        case Position(long lineage, long boot, long stamp, long floor) ->
            out.put((byte) '@').putLong(lineage).putLong(boot).putLong(stamp).putLong(floor);
        case Purged(Purge(Scope scope, Mode mode, long stamp)) -> {
          out.put((byte) 'P').put((byte) (mode == Mode.HARD ? 'H' : 'S')).putLong(stamp);
          write(out, scope);
        }
      }
    } catch (BufferOverflowException e) {
      throw new IllegalArgumentException("a purge of more than " + LIMIT + " bytes", e);
    }
    return out.flip();
  }

  private static void write(ByteBuffer out, Scope scope) {
    switch (scope) {
      case Scope.Everything() -> out.put((byte) 'E');
      case Scope.Url(UrlKey(String host, String pathAndQuery)) -> {
        write(out.put((byte) 'U'), host);
        write(out, pathAndQuery);
      }
      case Scope.Path(String pathAndQuery) -> write(out.put((byte) 'H'), pathAndQuery);
      case Scope.Tag(String tag) -> write(out.put((byte) 'T'), tag);
      case Scope.Prefix(String prefix) -> write(out.put((byte) 'F'), prefix);
      case Scope.Pattern(Pattern pattern) -> write(out.put((byte) 'G'), pattern.text());
    }
  }

  private static void write(ByteBuffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.putInt(bytes.length).put(bytes);
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
            default -> throw new IllegalArgumentException("an unknown kind");
          };
      return content.hasRemaining() ? Optional.empty() : Optional.of(record);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Purged purged(ByteBuffer content) {
    Mode mode =
        switch (content.get()) {
          case 'H' -> Mode.HARD;
          case 'S' -> Mode.SOFT;
          default -> throw new IllegalArgumentException("an unknown mode");
        };
    long stamp = content.getLong();
    return new Purged(new Purge(scope(content), mode, stamp));
  }

  private static Scope scope(ByteBuffer content) {
    return switch (content.get()) {
      case 'E' -> new Scope.Everything();
      case 'U' -> new Scope.Url(new UrlKey(string(content), string(content)));
      case 'H' -> new Scope.Path(string(content));
      case 'T' -> new Scope.Tag(string(content));
      case 'F' -> new Scope.Prefix(string(content));
      case 'G' -> new Scope.Pattern(Pattern.of(string(content)));
      default -> throw new IllegalArgumentException("an unknown scope");
    };
  }

  private static String string(ByteBuffer content) {
    int length = content.getInt();
    if (length < 0 || length > content.remaining()) {
      throw new IllegalArgumentException("a length of " + length);
    }
    byte[] bytes = new byte[length];
    content.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
