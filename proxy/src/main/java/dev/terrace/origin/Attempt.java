package dev.terrace.origin;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import dev.terrace.origin.OriginResult.Answer;
import dev.terrace.origin.OriginResult.Failure;
import dev.terrace.origin.OriginResult.Kind;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
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
///
/// Longer than most files because the two sides of an exchange share its state: apart, each would
/// have to show it to the other.
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
  private boolean sending;
  private int interimCount;
  private boolean answerEnded;
  private volatile boolean interimSeen;
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
      throw new IllegalStateException("an attempt fails by its result alone", e);
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
    TargetConnection its = TargetConnection.of(begun.connection());
    exchange = begun;
    connection = its;
    begun.exceptionHandler(this::fail);
    if (result.isDone()) {
      abandon();
      return;
    }
    write(begun);
    its.begin(this::interim);
    begun.continueHandler(nothing -> countInterim());
    begun.earlyHintsHandler(
        fields -> {
          countInterim();
          interim(103, AnswerFields.endToEnd(fields));
        });
    begun.response().onSuccess(this::answer).onFailure(this::fail);
    connected.complete(null);
    send(begun);
  }

  private void write(HttpClientRequest begun) {
    if (tunnelHandler == null) {
      RequestFields.write(begun, request);
    } else {
      RequestFields.writeUpgrade(begun, request);
    }
  }

  /// Called by the codec: what the receiver does, or throws, is kept out of it.
  private void interim(int status, Headers fields) {
    interimSeen = true;
    request.loop().execute(() -> request.interim().accept(status, fields));
  }

  /// Over HTTP/1.1 the codec counts, and these handlers are never called.
  private void countInterim() {
    if (++interimCount > settings.answers().interim()) {
      fail(new MalformedAnswer("more than " + settings.answers().interim() + " interim answers"));
    }
  }

  private void send(HttpClientRequest begun) {
    if (request.body().isEmpty() || tunnelHandler != null) {
      var _ = tunnelHandler == null ? begun.end() : begun.connect();
      sent.complete(null);
      return;
    }
    sending = true;
    RequestPump.Sink sink =
        new RequestPump.Sink() {
          @Override
          public void write(Buffer bytes, Handler<AsyncResult<Void>> written) {
            request.loop().execute(() -> begun.write(bytes).onComplete(written));
          }

          @Override
          public void end(Buffer last, Handler<AsyncResult<Void>> written) {
            // On the loop, so that the end is known to have left before an answer to it is seen.
            request
                .loop()
                .execute(
                    () -> begun.end(last).onSuccess(left -> sending = false).onComplete(written));
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
      case SENT, REFUSED -> {}
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
    try {
      checkHttp2(response);
    } catch (MalformedAnswer e) {
      fail(e);
      return;
    }
    TargetBody its =
        new TargetBody(
            settings.deadlines().bodyStall(),
            more -> request.loop().execute(() -> fetch(response, more)),
            () -> request.loop().execute(this::abandon),
            () -> request.loop().execute(this::stalled));
    body = its;
    response.handler(its::offer);
    response.endHandler(nothing -> end(its, AnswerFields.endToEnd(response.trailers())));
    response.fetch(TargetBody.WINDOW);
    Answer answer =
        new Answer(
            AnswerFields.head(response), its, AnswerFields.bodyBytes(request.method(), response));
    if (!result.complete(answer)) {
      its.close();
    }
  }

  /// What the codec asks of HTTP/1.1, asked of HTTP/2, where nobody counts the fields and Vert.x
  /// takes every 1xx but 100 and 103 for the answer.
  private void checkHttp2(HttpClientResponse response) {
    if (response.version() == HttpVersion.HTTP_2) {
      if (response.statusCode() < 200 || response.statusCode() > 599) {
        throw new MalformedAnswer("the status is not one of 200 to 599");
      }
      AnswerCheck.fields(response.headers(), settings.answers().fields());
    }
  }

  private void stalled() {
    onBreak.run();
    abandon();
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

  private void fetch(HttpClientResponse response, int more) {
    if (!answerEnded) {
      response.fetch(more);
    }
  }

  private void end(TargetBody its, Headers trailers) {
    answerEnded = true;
    its.end(trailers);
    if (sending || connection == null || !connection.isPooled()) {
      // The target answered before the request's end, or the connection was this exchange's alone.
      abandon();
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
    lost = isLost(cause);
    result.complete(Failures.of(cause));
    abandon();
  }

  private boolean isLost(Throwable cause) {
    TargetConnection its = connection;
    if (its == null) {
      // The pool gave out a connection that was just closed; a failed connecting is another matter.
      return cause instanceof HttpClosedException;
    }
    return Failures.isClosed(cause)
        && its.wasReused()
        && !its.answerBegun()
        && !interimSeen
        && (pump == null || !pump.begun());
  }

  /// Gives back what was not used, closes or resets what was.
  private void abandon() {
    if (pumping != null) {
      pumping.interrupt();
    }
    if (exchange != null) {
      var _ = exchange.reset(CANCEL);
    }
    // A connection of the pool's is another's as soon as request and answer have ended.
    if (connection != null && (!connection.isPooled() || (sending && connection.isHttp1()))) {
      connection.close();
    }
  }
}
