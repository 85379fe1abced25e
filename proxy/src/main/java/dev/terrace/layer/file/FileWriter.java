package dev.terrace.layer.file;

import dev.terrace.layer.EntryWriter;
import dev.terrace.layer.RefusedException;
import dev.terrace.rules.SkipReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Writes one entry to a temporary file, which becomes visible by being renamed.
final class FileWriter implements EntryWriter {
  private final Disk disk;
  private final Path temp;
  private final long statedBytes;
  private final long limitBytes;
  private final ByteBuffer head;
  private final Commit commit;
  private final Outage outage;
  private final int failuresBefore;
  private final Blocks blocks = new Blocks();
  private Disk.@Nullable Output output;
  private long bodyBytes;

  /// Makes the file visible.
  interface Commit {
    void rename(Path temp, long fileBytes) throws IOException;
  }

  /// @param head owner and entry
  /// @param statedBytes of the body; -1 if unknown
  /// @param limitBytes of the body
  FileWriter(
      Disk disk,
      Path temp,
      ByteBuffer head,
      long statedBytes,
      long limitBytes,
      Outage outage,
      Commit commit)
      throws IOException {
    this.disk = disk;
    this.temp = temp;
    this.head = head;
    this.statedBytes = statedBytes;
    this.limitBytes = limitBytes;
    this.outage = outage;
    this.failuresBefore = outage.failures();
    this.commit = commit;
    onDisk(
        () -> {
          output = disk.create(temp);
          output().write(head.duplicate());
        });
  }

  private interface Change {
    void make() throws IOException;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    int length = bytes.remaining();
    if (statedBytes >= 0 && length > statedBytes - bodyBytes) {
      throw new IOException("a body longer than the " + statedBytes + " bytes stated");
    }
    if (length > limitBytes - bodyBytes) {
      throw new RefusedException(SkipReason.TOO_LARGE);
    }
    blocks.take(bytes);
    onDisk(() -> output().write(bytes.duplicate()));
    bodyBytes += length;
  }

  @Override
  public void commit() throws IOException {
    if (statedBytes >= 0 && bodyBytes != statedBytes) {
      throw new IOException(
          "a body of " + bodyBytes + " bytes where " + statedBytes + " were stated");
    }
    ByteBuffer trailer =
        FileFormat.trailer(head.slice(0, FileFormat.FIRST_BYTES), blocks.checksums(), bodyBytes);
    long fileBytes = head.remaining() + bodyBytes + trailer.remaining();
    onDisk(
        () -> {
          Disk.Output written = output();
          written.write(trailer);
          written.close();
          commit.rename(temp, fileBytes);
          output = null;
        });
    outage.worked(failuresBefore);
  }

  /// What cannot be deleted is deleted at the next start.
  @Override
  public void abandon() {
    Disk.Output unfinished = output;
    if (unfinished != null) {
      output = null;
      try (unfinished) {
        disk.delete(temp);
      } catch (IOException e) {
        outage.failed(e);
      }
    }
  }

  private Disk.Output output() throws IOException {
    Disk.Output open = output;
    if (open == null) {
      throw new IOException("the entry was committed or abandoned");
    }
    return open;
  }

  private void onDisk(Change change) throws IOException {
    try {
      change.make();
    } catch (IOException e) {
      outage.failed(e);
      abandon();
      throw e;
    }
  }
}
