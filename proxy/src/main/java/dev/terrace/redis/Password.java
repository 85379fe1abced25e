package dev.terrace.redis;

import dev.terrace.config.RedisSettings;
import dev.terrace.config.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The password for Redis. One in a file is read again at each connection, so that it can be
/// changed without a restart. Safe for use by any thread.
final class Password {
  /// Passwords that were read and may still be on their way in some message.
  private static final int REMEMBERED = 4;

  private static final long LONGEST_FILE_BYTES = 1 << 16;

  private final Optional<Path> file;

  // Guarded by this; the newest is the last.
  private final List<Secret> known = new ArrayList<>();

  Password(RedisSettings settings) {
    this.file = settings.passwordFile();
    settings.password().ifPresent(known::add);
  }

  /// The password as it is now; empty: none is needed.
  ///
  /// @throws IOException if the file cannot be read and never could
  Optional<Secret> current() throws IOException {
    if (file.isEmpty()) {
      return newest();
    }
    try {
      Secret read = read(file.get());
      remember(read);
      return Optional.of(read);
    } catch (IOException unreadable) {
      Optional<Secret> before = newest();
      if (before.isEmpty()) {
        throw new IOException("the file with the password cannot be read: " + file.get());
      }
      // It may be in the middle of being replaced.
      return before;
    }
  }

  /// Those that nobody may see.
  synchronized List<Secret> known() {
    return List.copyOf(known);
  }

  private synchronized Optional<Secret> newest() {
    return known.isEmpty() ? Optional.empty() : Optional.of(known.getLast());
  }

  private synchronized void remember(Secret read) {
    if (known.remove(read) || known.size() < REMEMBERED) {
      known.add(read);
      return;
    }
    known.removeFirst();
    known.add(read);
  }

  private static Secret read(Path file) throws IOException {
    if (Files.size(file) > LONGEST_FILE_BYTES) {
      throw new IOException("too long");
    }
    String text = Files.readString(file, StandardCharsets.UTF_8);
    String line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    line = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    if (line.isEmpty()) {
      throw new IOException("empty");
    }
    return new Secret(line);
  }
}
