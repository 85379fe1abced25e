package dev.terrace.origin;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import dev.terrace.origin.OriginResult.Answer;
import dev.terrace.origin.OriginResult.Failure;
import dev.terrace.origin.OriginResult.Kind;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One try at one request: from obtaining a connection to the end of the answer's body.
///
/// The asking thread calls [#ask] and waits; everything else happens on the loop, to which the
/// fields without a word of their own are confined. [#result] decides all races: who completes it
/// first was first, and who comes too late cleans up after itself.
final class Attempt {
  private static final int SWITCHING_PROTOCOLS = 101;

  /// RFC 9113 §7; HTTP/1.1 has no code, its connection is closed.
  private static final long CANCEL = 8;

  /// Stands for the opened tunnel in [#result]: no other answer there has this status.
  private static final Answer SWITCHED =
      new Answer(
          new ResponseHead(SWITCHING_PROTOCOLS, Headers.EMPTY),
          BodyReader.empty(),
          OptionalLong.of(0));

  private final OriginRequest request;
  private final TargetSettings settings;
  private final Runnable onBreak;
  private final CompletableFuture<OriginResult> result = new CompletableFuture<>();
  private final CompletableFuture<Void> connected = new CompletableFuture<>();
  private final CompletableFuture<Void> sent = new CompletableFuture<>();

  private @Nullable HttpClientRequest exchange;
  private @Nullable TargetConnection connection;
  private @Nullable RequestPump pump;
  private @Nullable Thread pumping;
  private @Nullable TargetBody body;
  private @Nullable TunnelHandler tunnelHandler;
  private boolean requestEnded;
  private boolean answerEnded;
  private volatile boolean lost;

  /// @param onBreak told once if the answer's body breaks off
  Attempt(OriginRequest request, TargetSettings settings, Runnable onBreak) {
    this.request = request;
    this.settings = settings;
    this.onBreak = onBreak;
  }

  /// Asks and waits for the head.
  ///
  /// @param connector obtains the connection; called on the loop
  OriginResult ask(Supplier<Future<HttpClientRequest>> connector) throws InterruptedException {
    request.loop().execute(() -> obtain(connector));
    return awaitResult();
  }

  /// Asks for a tunnel and waits for the target's answer.
  ///
  /// @return what came instead of a tunnel
  Optional<OriginResult> tunnel(
      Supplier<Future<HttpClientRequest>> connector, TunnelHandler handler)
      throws InterruptedException {
    tunnelHandler = handler;
    request.loop().execute(() -> obtain(connector));
    OriginResult answered = awaitResult();
    return isSwitched(answered) ? Optional.empty() : Optional.of(answered);
  }

  private static boolean isSwitched(OriginResult result) {
    return result instanceof Answer answer && answer.head().status() == SWITCHING_PROTOCOLS;
  }

  private OriginResult awaitResult() throws InterruptedException {
    try {
      // The pool's own deadlines come first: this one is for what it does not watch.
      Duration patience = settings.deadlines().head().plus(settings.deadlines().connect());
      if (!await(patience, connected)) {
        return giveUp("no connection within " + patience.toMillis() + " ms");
      }
      // While the request's body is sent, the pump's own deadlines hold.
      await(Duration.ZERO, sent);
      if (!await(settings.deadlines().head(), result)) {
        return giveUp("no answer within " + settings.deadlines().head().toMillis() + " ms");
      }
      return result.resultNow();
    } catch (InterruptedException e) {
      if (giveUp("the asking thread was interrupted") instanceof Answer answer) {
        answer.body().close();
      }
      throw e;
    }
  }

  /// Whether the pooled connection was closed under the request, with nothing of an answer seen and
  /// nothing of the body consumed.
  boolean lost() {
    return lost;
  }

  /// Waits for the stage or the result; a zero timeout is none.
  private boolean await(Duration timeout, CompletableFuture<?> stage) throws InterruptedException {
    CompletableFuture<?> either = CompletableFuture.anyOf(stage, result);
    try {
      if (timeout.isZero()) {
        either.get();
      } else {
        either.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      }
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("an attempt never fails but by its result", e);
    }
  }

  /// The result, if it came at the last moment; else the failure, and the exchange is broken off.
  private OriginResult giveUp(String detail) {
    if (result.complete(new Failure(Kind.TIMED_OUT, detail))) {
      request.loop().execute(this::abandon);
    }
    return result.join();
  }

  private void obtain(Supplier<Future<HttpClientRequest>> connector) {
    try {
      connector.get().onComplete(this::begin);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void begin(AsyncResult<HttpClientRequest> obtained) {
    if (obtained.failed()) {
      fail(obtained.cause());
      return;
    }
    HttpClientRequest begun = obtained.result();
    begun.exceptionHandler(this::fail);
    exchange = begun;
    if (result.isDone()) {
      abandon();
      return;
    }
    TargetConnection its = TargetConnection.of(begun.connection());
    connection = its;
    its.begin(request.interim());
    begun.earlyHintsHandler(fields -> request.interim().accept(103, AnswerFields.endToEnd(fields)));
    begun
        .response()
        .onComplete(
            answer -> {
              if (answer.succeeded()) {
                answer(answer.result());
              } else {
                fail(answer.cause());
              }
            });
    connected.complete(null);
    send(begun);
  }

  private void send(HttpClientRequest begun) {
    if (tunnelHandler != null) {
      requestEnded = true;
      var _ = begun.connect();
      sent.complete(null);
      return;
    }
    if (request.body().isEmpty()) {
      requestEnded = true;
      var _ = begun.end();
      sent.complete(null);
      return;
    }
    RequestPump.Sink sink =
        new RequestPump.Sink() {
          @Override
          public Future<Void> write(Buffer bytes) {
            return begun.write(bytes);
          }

          @Override
          public Future<Void> end(Buffer last) {
            return begun.end(last);
          }
        };
    pump =
        new RequestPump(
            request.body().get(),
            request.bodyBytes(),
            settings.deadlines().bodyStall(),
            sink,
            outcome -> request.loop().execute(() -> pumped(outcome)));
    pumping = Thread.ofVirtual().name("request body").start(pump);
  }

  private void pumped(RequestPump.Outcome outcome) {
    pumping = null;
    switch (outcome) {
      case SENT -> requestEnded = true;
      case REFUSED -> {}
      case BROKEN -> breakOff(new Failure(Kind.REQUEST_BROKEN, "the request's body broke off"));
      case STALLED ->
          breakOff(new Failure(Kind.TIMED_OUT, "the target did not take the request's body"));
    }
    sent.complete(null);
  }

  private void breakOff(Failure failure) {
    if (answerEnded) {
      return;
    }
    result.complete(failure);
    if (body != null) {
      body.breakOff(failure.detail());
    }
    abandon();
  }

  private void answer(HttpClientResponse response) {
    response.pause();
    response.exceptionHandler(this::fail);
    int status = response.statusCode();
    if (status == SWITCHING_PROTOCOLS && tunnelHandler != null) {
      open(response, tunnelHandler);
      return;
    }
    if (status < 200 || status > 599) {
      result.complete(new Failure(Kind.MALFORMED, "the status is not one of 200 to 599"));
      abandon();
      return;
    }
    TargetBody its =
        new TargetBody(
            settings.deadlines().bodyStall(),
            more -> request.loop().execute(() -> fetch(response, more)),
            () -> request.loop().execute(this::abandon));
    body = its;
    response.handler(its::offer);
    response.endHandler(nothing -> end(its, AnswerFields.endToEnd(response.trailers())));
    response.fetch(TargetBody.WINDOW);
    if (!result.complete(toAnswer(response, its))) {
      its.close();
    }
  }

  private void open(HttpClientResponse response, TunnelHandler handler) {
    if (!"websocket".equalsIgnoreCase(response.getHeader(HttpHeaders.UPGRADE))) {
      result.complete(new Failure(Kind.MALFORMED, "a 101 that is not for a WebSocket"));
      abandon();
    } else if (result.complete(SWITCHED)) {
      handler.opened(AnswerFields.endToEnd(response.headers()), response.netSocket());
    } else {
      abandon();
    }
  }

  private Answer toAnswer(HttpClientResponse response, TargetBody its) {
    int status = response.statusCode();
    Headers fields = AnswerFields.endToEnd(response.headers());
    if (status == 204) {
      fields = fields.without("Content-Length");
    }
    OptionalLong bytes = OptionalLong.empty();
    if (ResponseHead.isBodiless(request.method(), status)) {
      bytes = OptionalLong.of(0);
    } else if (response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      bytes = OptionalLong.of(Long.parseLong(response.getHeader(HttpHeaders.CONTENT_LENGTH)));
    }
    return new Answer(new ResponseHead(status, fields), its, bytes);
  }

  private void fetch(HttpClientResponse response, int more) {
    if (!answerEnded) {
      response.fetch(more);
    }
  }

  private void end(TargetBody its, Headers trailers) {
    answerEnded = true;
    its.end(trailers);
    if (!requestEnded) {
      // The target answered without reading the request to its end: this connection is done.
      abandon();
    } else if (connection != null) {
      connection.end();
    }
  }

  private void fail(Throwable cause) {
    if (body != null) {
      if (body.breakOff("the target's answer broke off")) {
        onBreak.run();
      }
      return;
    }
    if (result.isDone()) {
      return;
    }
    TargetConnection its = connection;
    lost =
        Failures.isClosed(cause)
            && (its == null || (its.wasReused() && !its.answerBegun()))
            && (pump == null || !pump.begun());
    result.complete(Failures.of(cause));
    abandon();
  }

  /// Gives back what was not used, closes or resets what was.
  private void abandon() {
    if (pumping != null) {
      pumping.interrupt();
    }
    if (exchange != null) {
      var _ = exchange.reset(CANCEL);
    }
    if (connection != null && !requestEnded) {
      connection.closeIfHttp1();
    }
  }
}
