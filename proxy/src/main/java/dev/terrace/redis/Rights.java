package dev.terrace.redis;

import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/// Which of the commands that are needed the user may not use. They are put into a transaction that
/// is given up: access is judged when a command is queued, and nothing is ever done.
final class Rights {
  private Rights() {}

  /// Queued commands, with the words after them; KEY stands for a key, CHANNEL for a channel.
  static final List<String> NEEDED =
      List.of(
          "GET KEY",
          "SET KEY 1",
          "STRLEN KEY",
          "GETRANGE KEY 0 0",
          "HGET KEY f",
          "HMGET KEY f",
          "HGETALL KEY",
          "HLEN KEY",
          "HSTRLEN KEY f",
          "HSET KEY f 1",
          "HDEL KEY f",
          "EXISTS KEY",
          "TYPE KEY",
          "PTTL KEY",
          "PEXPIRE KEY 1",
          "PEXPIREAT KEY 1",
          "UNLINK KEY",
          "EVAL 1 1 KEY",
          "EVALSHA 0000000000000000000000000000000000000000 1 KEY",
          "SCRIPT LOAD 1",
          "PUBLISH CHANNEL 1",
          "SUBSCRIBE CHANNEL",
          "TIME",
          "DBSIZE",
          "SCAN 0",
          "PING");

  /// Any command, by its name. The client knows transactions by the text of a command, and would
  /// not show the answer to one that is queued: the text of this one is another.
  private record Word(String command) implements ProtocolKeyword {
    @Override
    public byte[] getBytes() {
      return command.getBytes(StandardCharsets.US_ASCII);
    }
  }

  /// The commands that are denied, each with what the server said; empty too where the server has
  /// no transactions for this user, so that nothing is known.
  ///
  /// @param commands of a connection that nobody else uses
  static Map<String, String> denied(RedisAsyncCommands<byte[], byte[]> commands, Tools tools)
      throws IOException, InterruptedException {
    Map<String, String> denied = new LinkedHashMap<>();
    try {
      tools.await(send(commands, List.of("MULTI")));
    } catch (ErrorReplyException unavailable) {
      return denied;
    }
    String key = tools.settings().keyPrefix() + "{ctl}";
    for (String needed : NEEDED) {
      List<String> words = new ArrayList<>();
      for (String word : needed.split(" ", -1)) {
        words.add(word.equals("KEY") ? key : word.equals("CHANNEL") ? key + ":bell" : word);
      }
      try {
        tools.await(send(commands, words));
      } catch (ErrorReplyException reply) {
        // Other errors are about the words, not about the right to use them.
        if (reply.code().equals("NOPERM")) {
          denied.put(words.getFirst(), String.valueOf(reply.getMessage()));
        }
      }
    }
    tools.await(send(commands, List.of("DISCARD")));
    return denied;
  }

  private static CompletionStage<String> send(
      RedisAsyncCommands<byte[], byte[]> commands, List<String> words) {
    CommandArgs<byte[], byte[]> arguments = new CommandArgs<>(ByteArrayCodec.INSTANCE);
    words.stream().skip(1).forEach(arguments::add);
    String name = words.getFirst().toUpperCase(Locale.ROOT);
    return commands.dispatch(
        new Word(name), new StatusOutput<>(ByteArrayCodec.INSTANCE), arguments);
  }
}
