package dev.terrace.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;

/// What happened, in order, with the seconds since the begin. Safe for use by any thread.
final class Chronicle {
  private final long begin = System.nanoTime();
  private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();

  void note(String format, Object... arguments) {
    lines.add(now() + " " + String.format(Locale.ROOT, format, arguments));
  }

  /// Seconds since the begin.
  String now() {
    return String.format(Locale.ROOT, "%8.3f", (System.nanoTime() - begin) / 1e9);
  }

  void write(Path file, List<String> more) throws IOException {
    Files.createDirectories(file.getParent());
    List<String> all = new ArrayList<>(lines);
    all.addAll(more);
    Files.write(file, all);
  }
}
