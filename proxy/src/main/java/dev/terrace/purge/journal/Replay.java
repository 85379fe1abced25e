package dev.terrace.purge.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads a journal from front to end.
final class Replay {
  private static final long LIMIT_BYTES = 1L << 30;

  private Replay() {}

  /// Empty if it is missing, does not begin with a position of this boot or of the one that was
  /// about to follow it, or is damaged anywhere but in an incomplete record at its end.
  static Optional<List<JournalRecord>> read(Path file, Boot boot) throws IOException {
    if (!Files.exists(file) || Files.size(file) > LIMIT_BYTES) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    List<JournalRecord> records = new ArrayList<>();
    while (bytes.remaining() >= JournalRecord.FRAME_BYTES) {
      int length = bytes.getInt(bytes.position());
      boolean intact = bytes.getInt(bytes.position() + Integer.BYTES) == ~length;
      if (!intact || length < 1 || length > JournalRecord.LIMIT) {
        return Optional.empty();
      }
      if (length > bytes.remaining() - JournalRecord.FRAME_BYTES) {
        break;
      }
      int checksum = bytes.getInt(bytes.position() + 2 * Integer.BYTES);
      ByteBuffer content = bytes.slice(bytes.position() + JournalRecord.FRAME_BYTES, length);
      Optional<JournalRecord> record =
          Boot.checksum(content) == checksum ? JournalRecord.read(content) : Optional.empty();
      if (record.isEmpty()) {
        return Optional.empty();
      }
      records.add(record.get());
      bytes.position(bytes.position() + JournalRecord.FRAME_BYTES + length);
    }
    return isOf(boot, records) ? Optional.of(records) : Optional.empty();
  }

  private static boolean isOf(Boot boot, List<JournalRecord> records) {
    return !records.isEmpty()
        && records.getFirst() instanceof JournalRecord.Position(long lineage, long count, _, _)
        && lineage == boot.lineage()
        && (count == boot.count() || count == boot.count() + 1);
  }
}
