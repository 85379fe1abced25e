package dev.terrace.server;

import dev.terrace.layer.OpenBody;
import io.netty.channel.Channel;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.DefaultMessageSizeEstimator;
import io.netty.channel.FileRegion;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;

/// The body of an acquired file on its way to a client, by sendfile. It releases the file once it
/// was sent or given up. Used on the event loop of its channel.
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
  private final Channel channel;

  /// @param acquired released once it was sent or given up
  /// @param channel on which it is sent, behind a head that leaves in the same packets
  FileSpan(OpenBody acquired, Channel channel) {
    super(acquired.channel(), acquired.at(), acquired.bytes());
    this.body = acquired;
    this.channel = channel;
    // Without it the head would be a packet of its own: the client would wake twice.
    cork(Boolean.TRUE);
  }

  private void cork(Boolean value) {
    if (channel instanceof EpollSocketChannel socket && socket.isOpen()) {
      socket.config().setOption(EpollChannelOption.TCP_CORK, value);
    }
  }

  /// Instead of closing the file, which others use.
  @Override
  protected void deallocate() {
    body.release();
    cork(Boolean.FALSE);
  }
}
