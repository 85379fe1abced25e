package dev.terrace.layer.file;

import dev.terrace.layer.EntryFormat;
import dev.terrace.layer.MalformedEntryException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;

/// A file of the layer.
///
/// ```
/// file      = owner entry body trailer
/// owner     = magic version store boot
/// magic     = "TrcF"
/// version   = u16                ; 1
/// store     = 16OCTET            ; id of the journal that knows the fence
/// boot      = u64                ; its boot when this was written
/// entry     = as EntryFormat has it
/// body      = bodyBytes OCTET
/// trailer   = *checksum bodyBytes whole
/// checksum  = u32                ; CRC-32C of a block of the body: each 1 MiB, the last may be less
/// bodyBytes = u64
/// whole     = u32                ; CRC-32C of owner, the preamble of entry (which holds the head's
///                                ; checksum), the checksums and bodyBytes
/// ```
///
/// What is only known at the end stands there, so that a body of unknown length is written once.
/// The length of the file is the sum of its parts, and `whole` binds them: a file that was cut, or
/// put together from two, is none.
final class FileFormat {
  static final int OWNER_BYTES = 30;

  /// Of owner and the preamble of the entry.
  static final int FIRST_BYTES = OWNER_BYTES + EntryFormat.PREAMBLE_BYTES;

  /// Of bodyBytes and whole.
  static final int LAST_BYTES = 12;

  private static final int MAGIC = 0x54726346;
  private static final int VERSION = 1;

  /// @param id of the journal
  /// @param boot of it
  record Owner(UUID id, long boot) {}

  /// The end of a file. Its checksum of the whole binds head and body, and a file is known again by
  /// it.
  static final class Trailer {
    private final ByteBuffer checksums;
    private final long bodyBytes;
    private final int whole;

    Trailer(ByteBuffer checksums, long bodyBytes, int whole) {
      this.checksums = checksums;
      this.bodyBytes = bodyBytes;
      this.whole = whole;
    }

    int checksum(int block) {
      return checksums.getInt(block * Integer.BYTES);
    }

    long bodyBytes() {
      return bodyBytes;
    }

    int whole() {
      return whole;
    }
  }

  private FileFormat() {}

  static ByteBuffer owner(UUID id, long boot) {
    return ByteBuffer.allocate(OWNER_BYTES)
        .putInt(MAGIC)
        .putShort((short) VERSION)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .putLong(boot)
        .flip();
  }

  /// @param first of at least [#OWNER_BYTES]; its position is moved behind the owner
  static Owner readOwner(ByteBuffer first) throws MalformedEntryException {
    if (first.remaining() < OWNER_BYTES || first.getInt() != MAGIC) {
      throw new MalformedEntryException("not the magic number of a file");
    }
    int version = Short.toUnsignedInt(first.getShort());
    if (version != VERSION) {
      throw new MalformedEntryException("version " + version + " where " + VERSION + " is known");
    }
    return new Owner(new UUID(first.getLong(), first.getLong()), first.getLong());
  }

  static int trailerBytes(long bodyBytes) {
    return Blocks.count(bodyBytes) * Integer.BYTES + LAST_BYTES;
  }

  /// @param first [#FIRST_BYTES] bytes
  static ByteBuffer trailer(ByteBuffer first, int[] checksums, long bodyBytes) {
    ByteBuffer trailer = ByteBuffer.allocate(checksums.length * Integer.BYTES + LAST_BYTES);
    for (int checksum : checksums) {
      trailer.putInt(checksum);
    }
    trailer.putLong(bodyBytes);
    trailer.putInt(whole(first, trailer.slice(0, trailer.position())));
    return trailer.flip();
  }

  /// The length of the body, from the last bytes of a file, checked against the file's length.
  ///
  /// @param last [#LAST_BYTES] bytes
  /// @param headBytes of owner and entry
  static long bodyBytes(ByteBuffer last, long headBytes, long fileBytes)
      throws MalformedEntryException {
    long bodyBytes = last.getLong(last.position());
    if (bodyBytes < 0
        || bodyBytes > fileBytes
        || headBytes + bodyBytes + trailerBytes(bodyBytes) != fileBytes) {
      throw new MalformedEntryException(
          "a body of " + bodyBytes + " bytes in a file of " + fileBytes);
    }
    return bodyBytes;
  }

  /// @param first [#FIRST_BYTES] bytes
  /// @param trailer whole
  static Trailer readTrailer(ByteBuffer first, ByteBuffer trailer) throws MalformedEntryException {
    int bound = trailer.remaining() - Integer.BYTES;
    int whole = trailer.getInt(trailer.position() + bound);
    if (whole(first, trailer.slice(trailer.position(), bound)) != whole) {
      throw new MalformedEntryException("the checksum of the whole is another");
    }
    ByteBuffer checksums = trailer.slice(trailer.position(), trailer.remaining() - LAST_BYTES);
    return new Trailer(checksums, trailer.getLong(trailer.position() + bound - Long.BYTES), whole);
  }

  private static int whole(ByteBuffer first, ByteBuffer trailer) {
    CRC32C checksum = new CRC32C();
    checksum.update(first.duplicate());
    checksum.update(trailer.duplicate());
    return (int) checksum.getValue();
  }
}
