package dev.terrace.server;

import dev.terrace.layer.OpenBody;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.DefaultMessageSizeEstimator;
import io.netty.channel.FileRegion;
import io.netty.channel.MessageSizeEstimator;

/// The body of an acquired file on its way to a client, by sendfile where the socket is in
/// cleartext. It releases the file once it was sent or given up. Used on one event loop.
final class FileSpan extends DefaultFileRegion {
  /// Counts what spans have still to send as waiting to be written. Netty's own estimator counts
  /// nothing for them, so that a client who does not read would not be noticed.
  static final MessageSizeEstimator SIZES =
      () -> {
        MessageSizeEstimator.Handle others = DefaultMessageSizeEstimator.DEFAULT.newHandle();
        return message ->
            message instanceof FileRegion region
                ? (int) Math.min(region.count(), Integer.MAX_VALUE)
                : others.size(message);
      };

  private final OpenBody body;

  FileSpan(OpenBody acquired) {
    super(acquired.channel(), acquired.at(), acquired.bytes());
    body = acquired;
  }

  /// Instead of closing the file, which others use.
  @Override
  protected void deallocate() {
    body.release();
  }
}
