package dev.terrace.redis;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/// A Lua script that Redis runs as one step. It is called by its digest, and sent whole only to a
/// server that does not know it. Immutable; safe for use by any thread.
///
/// @param <T> what it returns
public final class Script<T> {
  private final String text;
  private final String digest;

  private final ScriptOutputType output;

  private Script(String text, ScriptOutputType output) {
    this.text = text;
    this.output = output;
    this.digest = sha1(text);
  }

  /// The script `<name>.lua` beside this class, which returns a number.
  ///
  /// @param names of its parts, in their order
  public static Script<Long> ofNumber(Class<?> owner, String... names) {
    return new Script<>(together(owner, names), ScriptOutputType.INTEGER);
  }

  /// The same of one that returns a list of texts as bytes.
  public static Script<List<Object>> ofList(Class<?> owner, String... names) {
    return new Script<>(together(owner, names), ScriptOutputType.MULTI);
  }

  private static String together(Class<?> owner, String... names) {
    return Arrays.stream(names).map(name -> beside(owner, name)).collect(Collectors.joining());
  }

  private static String beside(Class<?> owner, String name) {
    try (InputStream resource = owner.getResourceAsStream(name + ".lua")) {
      if (resource == null) {
        throw new IllegalStateException("no script " + name + " beside " + owner.getName());
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Runs it; every key has to be in one hash slot.
  public CompletionStage<T> run(
      RedisClusterAsyncCommands<byte[], byte[]> commands, byte[][] keys, byte[]... arguments) {
    return commands
        .<T>evalsha(digest, output, keys, arguments)
        .exceptionallyCompose(
            failure ->
                isUnknown(failure)
                    ? commands.<T>eval(text, output, keys, arguments)
                    : CompletableFuture.failedFuture(failure));
  }

  private static boolean isUnknown(Throwable failure) {
    return failure instanceof RedisNoScriptException
        || (failure instanceof CompletionException
            && failure.getCause() instanceof RedisNoScriptException);
  }

  private static String sha1(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
