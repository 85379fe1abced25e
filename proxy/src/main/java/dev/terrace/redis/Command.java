package dev.terrace.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletionStage;

/// What is sent: one command, or several that are sent together in the order in which they are
/// called. It is called once for each node that it is sent to: again after a redirection.
///
/// What must change as a whole is one script. `MULTI … EXEC` works on [Redis.Use#CHANGE], where the
/// commands of others do not come between, but is not sent on where a slot is being moved.
@FunctionalInterface
public interface Command<T> {
  /// Never blocks: it runs while others wait to send.
  CompletionStage<T> on(RedisClusterAsyncCommands<byte[], byte[]> commands);
}
