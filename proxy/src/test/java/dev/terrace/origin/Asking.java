package dev.terrace.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.observe.Event;
import dev.terrace.origin.OriginRequest.Retry;
import dev.terrace.origin.OriginResult.Answer;
import dev.terrace.origin.OriginResult.Failure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A client under test with a loop to run on, and the ways in which tests ask.
final class Asking implements AutoCloseable {
  private static final Vertx VERTX = Vertx.vertx();

  private final Context context;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final List<Integer> interims = new CopyOnWriteArrayList<>();
  private final TargetClient client;

  Asking(URI target, TargetSettings settings) {
    this(VERTX, target, settings);
  }

  Asking(Vertx vertx, URI target, TargetSettings settings) {
    context = ((VertxInternal) vertx).createEventLoopContext();
    client = new TargetClient(vertx, target, settings, events::add);
  }

  Asking(URI target) {
    this(target, quick());
  }

  /// Deadlines short enough for tests of hanging targets.
  static TargetSettings quick() {
    return settings(Duration.ofSeconds(10), Duration.ofSeconds(10), 16, 16);
  }

  static TargetSettings settings(
      Duration headTimeout, Duration stallTimeout, int maxConnections, int maxWaiting) {
    // Connections live long here, so that a slow machine does not open more than a test expects.
    Duration life = Duration.ofMinutes(10);
    return TargetSettings.DEFAULTS
        .with(new TargetSettings.Deadlines(headTimeout, headTimeout, stallTimeout))
        .with(new TargetSettings.Pool(life, life, life, maxConnections, 8, 100, maxWaiting, 16));
  }

  TargetClient client() {
    return client;
  }

  List<Event> events() {
    return events;
  }

  /// The statuses of the 1xx answers so far.
  List<Integer> interims() {
    return interims;
  }

  Executor loop() {
    return task -> context.runOnContext(nothing -> task.run());
  }

  OriginRequest get(String target) {
    return request("GET", target, Optional.empty(), OptionalLong.empty());
  }

  OriginRequest request(
      String method, String target, Optional<BodyReader> body, OptionalLong bodyBytes) {
    Retry retry = method.equals("POST") ? Retry.NEVER : Retry.IDEMPOTENT_ONCE;
    return request(method, target, Headers.EMPTY, body, bodyBytes, retry);
  }

  OriginRequest request(
      String method,
      String target,
      Headers headers,
      Optional<BodyReader> body,
      OptionalLong bodyBytes,
      Retry retry) {
    return new OriginRequest(
        method,
        target,
        "target.example",
        headers,
        body,
        bodyBytes,
        loop(),
        (status, fields) -> interims.add(status),
        retry);
  }

  OriginResult ask(String target) {
    return ask(get(target));
  }

  OriginResult ask(OriginRequest request) {
    return onVirtualThread(() -> client.ask(request));
  }

  /// Asks and reads to the end: `200 body`, `200 body then what broke it`, or `KIND: detail`.
  String outcome(OriginRequest request) {
    return switch (ask(request)) {
      case Failure failure -> failure.kind() + ": " + failure.detail();
      case Answer answer -> {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        String broken = "";
        try (BodyReader body = answer.body()) {
          onVirtualThread(() -> drain(body, read));
        } catch (AssertionError e) {
          broken = " then " + Objects.requireNonNull(e.getCause()).getMessage();
        }
        yield answer.head().status() + " " + read.toString(StandardCharsets.ISO_8859_1) + broken;
      }
    };
  }

  String outcome(String target) {
    return outcome(get(target));
  }

  private static long drain(BodyReader body, ByteArrayOutputStream into) throws IOException {
    for (ByteBuffer bytes = body.read(); bytes.hasRemaining(); bytes = body.read()) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      into.writeBytes(copy);
    }
    return into.size();
  }

  static Answer answer(OriginResult result) {
    assertThat(result).isInstanceOf(Answer.class);
    return (Answer) result;
  }

  static BodyReader text(String text) {
    return BodyReader.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /// What may block.
  interface Blocking<T> {
    T call() throws Exception;
  }

  /// Runs it as the flow does, and waits.
  static <T> T onVirtualThread(Blocking<T> task) {
    CompletableFuture<T> done = begin(task);
    try {
      return done.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("failed on its thread", e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("it did not end", e);
    }
  }

  static <T> CompletableFuture<T> begin(Blocking<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                done.complete(task.call());
              } catch (Throwable e) {
                done.completeExceptionally(e);
              }
            });
    return done;
  }

  @Override
  public void close() {
    client.close();
  }
}
