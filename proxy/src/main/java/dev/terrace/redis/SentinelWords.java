package dev.terrace.redis;

import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ListOfMapsOutput;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/// Commands of Sentinels that the client has no methods for.
final class SentinelWords {
  private SentinelWords() {}

  /// The id by which others list the Sentinel that is asked; an error before Redis 6.2. The run id
  /// that INFO shows is another.
  static CompletionStage<String> id(StatefulRedisSentinelConnection<String, String> connection) {
    return connection
        .async()
        .dispatch(
            CommandType.SENTINEL,
            new ValueOutput<>(StringCodec.UTF8),
            new CommandArgs<>(StringCodec.UTF8).add("MYID"));
  }

  /// The other Sentinels that watch the master of this name.
  static CompletionStage<List<Map<String, String>>> others(
      StatefulRedisSentinelConnection<String, String> connection, String master) {
    return connection
        .async()
        .dispatch(
            CommandType.SENTINEL,
            new ListOfMapsOutput<>(StringCodec.UTF8),
            new CommandArgs<>(StringCodec.UTF8).add("SENTINELS").addKey(master));
  }
}
