package dev.terrace.purge;

import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.rules.Pattern;
import dev.terrace.rules.UrlKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Scopes and modes as bytes, for the journal and the log.
///
/// ```
/// mode     = "H" / "S"             ; hard, soft
/// scope    = "E" / "U" string string / "H" string / "T" string / "F" string / "G" string
///          / "B" string string
///            ; everything, URL, path under every host, tag, prefix, pattern, pattern and the
///            ; target's base path that it lies below
/// string   = u32 *OCTET            ; bytes of UTF-8
/// ```
public final class ScopeFormat {
  /// Bytes, at the most, of a scope that fits every record.
  public static final int LONGEST = 800 << 10;

  /// Of UTF-8; a pair of surrogates takes four.
  private static final int MOST_BYTES_A_CHAR = 3;

  private ScopeFormat() {}

  /// @throws java.nio.BufferOverflowException if it does not fit
  public static void write(ByteBuffer out, Mode mode) {
    out.put((byte) (mode == Mode.HARD ? 'H' : 'S'));
  }

  /// @throws java.nio.BufferOverflowException if it does not fit
  public static void write(ByteBuffer out, Scope scope) {
    switch (scope) {
      case Scope.Everything() -> out.put((byte) 'E');
      case Scope.Url(UrlKey(String host, String pathAndQuery)) -> {
        write(out.put((byte) 'U'), host);
        write(out, pathAndQuery);
      }
      case Scope.Path(String pathAndQuery) -> write(out.put((byte) 'H'), pathAndQuery);
      case Scope.Tag(String tag) -> write(out.put((byte) 'T'), tag);
      case Scope.Prefix(String prefix) -> write(out.put((byte) 'F'), prefix);
      case Scope.Pattern(Pattern pattern) -> {
        if (pattern.basePath().isEmpty()) {
          write(out.put((byte) 'G'), pattern.text());
        } else {
          write(out.put((byte) 'B'), pattern.text());
          write(out, pattern.basePath());
        }
      }
    }
  }

  /// Bytes that these scopes take at the most.
  public static int mostBytes(List<Scope> scopes) {
    return scopes.stream().mapToInt(ScopeFormat::mostBytes).sum();
  }

  /// Bytes that this scope takes at the most.
  public static int mostBytes(Scope scope) {
    return 1
        + switch (scope) {
          case Scope.Everything() -> 0;
          case Scope.Url(UrlKey(String host, String pathAndQuery)) ->
              mostBytes(host) + mostBytes(pathAndQuery);
          case Scope.Path(String pathAndQuery) -> mostBytes(pathAndQuery);
          case Scope.Tag(String tag) -> mostBytes(tag);
          case Scope.Prefix(String prefix) -> mostBytes(prefix);
          case Scope.Pattern(Pattern pattern) ->
              mostBytes(pattern.text()) + mostBytes(pattern.basePath());
        };
  }

  /// Bytes that this text takes at the most.
  public static int mostBytes(String text) {
    return Integer.BYTES + MOST_BYTES_A_CHAR * text.length();
  }

  public static void write(ByteBuffer out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.putInt(bytes.length).put(bytes);
  }

  /// @throws IllegalArgumentException if it is malformed
  /// @throws java.nio.BufferUnderflowException if it is cut
  public static Mode mode(ByteBuffer in) {
    return switch (in.get()) {
      case 'H' -> Mode.HARD;
      case 'S' -> Mode.SOFT;
      default -> throw new IllegalArgumentException("an unknown mode");
    };
  }

  /// @throws IllegalArgumentException if it is malformed
  /// @throws java.nio.BufferUnderflowException if it is cut
  public static Scope scope(ByteBuffer in) {
    return switch (in.get()) {
      case 'E' -> new Scope.Everything();
      case 'U' -> new Scope.Url(new UrlKey(string(in), string(in)));
      case 'H' -> new Scope.Path(string(in));
      case 'T' -> new Scope.Tag(string(in));
      case 'F' -> new Scope.Prefix(string(in));
      case 'G' -> new Scope.Pattern(Pattern.of(string(in)));
      case 'B' -> new Scope.Pattern(Pattern.of(string(in)).below(string(in)));
      default -> throw new IllegalArgumentException("an unknown scope");
    };
  }

  /// @throws IllegalArgumentException if its length is none
  /// @throws java.nio.BufferUnderflowException if it is cut
  public static String string(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("a length of " + length);
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
