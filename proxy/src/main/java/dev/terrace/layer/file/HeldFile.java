package dev.terrace.layer.file;

import dev.terrace.http.BodyReader;
import dev.terrace.layer.Entry;
import dev.terrace.layer.MalformedEntryException;
import dev.terrace.layer.OpenBody;
import dev.terrace.layer.StoredBody;
import dev.terrace.layer.StoredResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/// A verified file of the layer that is kept open, with a body of one block at most. [OpenFiles]
/// holds it, and so does everyone who uses it; the last one to let go closes it. Nothing of its
/// content stays in memory but the entry. Safe for use by any thread.
final class HeldFile implements OpenBody {
  private final Path path;
  private final FileChannel channel;
  private final BasicFileAttributes attributes;
  private final int headBytes;
  private final int bodyBytes;
  private final int checksum;
  private final Instant verifiedAt;
  private final StoredResponse response;
  private final Pace pace;
  private final Executor closing;

  /// 0 once it is closed, or about to be.
  private final AtomicInteger holders = new AtomicInteger(1);

  /// Held once by who makes it.
  ///
  /// @param file whose body was verified just now; it is not to be closed from here on
  /// @param entry of it, as lookups show it
  /// @param closing where the file is closed: closing the last of a deleted file frees its blocks
  HeldFile(
      EntryFile file,
      Entry entry,
      Instant verifiedAt,
      EntryFile.CorruptFiles corrupt,
      Pace pace,
      Executor closing) {
    this.path = file.path();
    this.channel = file.channel();
    this.attributes = file.attributes();
    this.headBytes = file.headBytes();
    this.bodyBytes = Math.toIntExact(file.bodyBytes());
    this.checksum = bodyBytes == 0 ? 0 : file.checksum(0);
    this.verifiedAt = verifiedAt;
    this.pace = pace;
    this.closing = closing;
    this.response =
        new StoredResponse(entry, new Body(Optional.of(this), new FileBody(file, corrupt)));
  }

  /// The same object each time.
  StoredResponse response() {
    return response;
  }

  Instant verifiedAt() {
    return verifiedAt;
  }

  /// Whether its name still leads to this file, and nobody has written to it.
  boolean isUnchanged() {
    long begun = pace.begun();
    try {
      BasicFileAttributes now =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return now.size() == attributes.size()
          && now.lastModifiedTime().equals(attributes.lastModifiedTime())
          && now.fileKey().equals(attributes.fileKey());
    } catch (IOException e) {
      return false;
    } finally {
      pace.ended(begun);
    }
  }

  @Override
  public Hold acquire() {
    for (int known = holders.get(); known > 0; known = holders.get()) {
      if (holders.compareAndSet(known, known + 1)) {
        return Hold.ACQUIRED;
      }
    }
    return Hold.GONE;
  }

  @Override
  public void release() {
    if (holders.decrementAndGet() > 0) {
      return;
    }
    try {
      closing.execute(this::close);
    } catch (RejectedExecutionException e) {
      // The process stops: there is nobody left to wait for.
      close();
    }
  }

  private void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It was only read from: nothing is lost.
    }
  }

  @Override
  public FileChannel channel() {
    return channel;
  }

  @Override
  public long at() {
    return headBytes;
  }

  @Override
  public long bytes() {
    return bodyBytes;
  }

  @Override
  public void read(ByteBuffer target) throws IOException {
    ByteBuffer body = target.slice();
    long begun = pace.begun();
    while (target.hasRemaining()) {
      if (channel.read(target, headBytes + bodyBytes - target.remaining()) < 0) {
        throw new MalformedEntryException("the file ends within its body");
      }
    }
    pace.ended(begun);
    if (bodyBytes > 0 && Blocks.checksum(body) != checksum) {
      throw new MalformedEntryException("the checksum of the body is another");
    }
  }

  /// @param file that has the body
  /// @param reopened for readers that are no event loops
  private record Body(Optional<OpenBody> file, FileBody reopened) implements StoredBody {
    @Override
    public long bytes() {
      return reopened.bytes();
    }

    @Override
    public BodyReader open(long offset, long length) throws IOException {
      return reopened.open(offset, length);
    }

    @Override
    public Optional<OpenBody> inOpenFile() {
      return file;
    }
  }
}
