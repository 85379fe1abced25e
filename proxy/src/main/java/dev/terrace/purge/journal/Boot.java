package dev.terrace.purge.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/// Who this instance is, as its file `boot` says:
///
/// ```
/// boot     = magic version store lineage count checksum
/// magic    = "TrcB"
/// version  = u16        ; 1
/// store    = 16OCTET    ; made at random with the journal
/// lineage  = i64        ; likewise, never 0
/// count    = u64        ; how many times the journal was opened
/// checksum = u32        ; CRC-32C of all before
/// ```
///
/// @param store names the journal; files of another are suspect
/// @param lineage of the stamps in it
/// @param count of this boot
record Boot(UUID store, long lineage, long count) {
  private static final int MAGIC = 0x54726342;
  private static final short VERSION = 1;
  private static final int BYTES = 42;

  static Boot first(RandomGenerator random) {
    long lineage = random.nextLong();
    return new Boot(new UUID(random.nextLong(), random.nextLong()), lineage == 0 ? 1 : lineage, 1);
  }

  Boot next() {
    return new Boot(store, lineage, count + 1);
  }

  /// Empty if there is none that can be read: then the journal counts as lost.
  static Optional<Boot> read(Path file) throws IOException {
    if (!Files.exists(file) || Files.size(file) != BYTES) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    boolean known =
        bytes.getInt() == MAGIC
            && bytes.getShort() == VERSION
            && bytes.getInt(BYTES - Integer.BYTES) == checksum(bytes.slice(0, BYTES - 4));
    return known
        ? Optional.of(
            new Boot(new UUID(bytes.getLong(), bytes.getLong()), bytes.getLong(), bytes.getLong()))
        : Optional.empty();
  }

  ByteBuffer bytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(BYTES)
            .putInt(MAGIC)
            .putShort(VERSION)
            .putLong(store.getMostSignificantBits())
            .putLong(store.getLeastSignificantBits())
            .putLong(lineage)
            .putLong(count);
    return bytes.putInt(checksum(bytes.slice(0, bytes.position()))).flip();
  }

  static int checksum(ByteBuffer bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.duplicate());
    return (int) checksum.getValue();
  }
}
