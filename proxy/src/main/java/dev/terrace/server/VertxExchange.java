package dev.terrace.server;

import dev.terrace.flow.Exchange;
import dev.terrace.flow.Problem;
import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import dev.terrace.rules.Peer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// One request of a client over Vert.x, and the virtual thread that serves it.
///
/// The thread's calls become steps in an [Outbox]; an [Answer] takes them on the event loop. When
/// the client goes, what waits fails and the thread is interrupted, unless the answer has ended.
final class VertxExchange implements Exchange {
  private static final int PIECE_BYTES = 64 << 10;

  private final HttpServerRequest request;
  private final Dispatcher dispatcher;
  private final RequestHead head;
  private final Peer peer;
  private final Executor loop;
  private final Outbox outbox;
  private final Answer answer;
  private final @Nullable RequestBody body;
  private volatile @Nullable Thread thread;
  private boolean begun;
  private boolean ended;

  /// On the event loop, before anything else happens to the request.
  VertxExchange(
      HttpServerRequest request,
      RequestHead head,
      Peer peer,
      Arrival arrival,
      Dispatcher dispatcher) {
    this.request = request;
    this.dispatcher = dispatcher;
    Limits limits = dispatcher.limits();
    this.head = head;
    this.peer = peer;
    ContextInternal context =
        ((io.vertx.core.internal.http.HttpServerRequestInternal) request).context();
    this.loop = task -> context.runOnContext(_ -> task.run());
    this.answer = new Answer(request, head, dispatcher::isDraining, this::clientGone);
    this.outbox = new Outbox(loop, answer, limits.writeStall().toNanos());
    this.body =
        arrival.hasBody()
            ? new RequestBody(request, arrival, limits, loop, this::sendContinue)
            : null;
    answer.attach(outbox, body, limits.writeStall());
  }

  /// The thread to interrupt when the client goes.
  void servedBy(Thread server) {
    thread = server;
  }

  private void clientGone(Throwable cause) {
    outbox.fail(cause);
    if (body != null) {
      body.fail(cause);
    }
    Thread server = thread;
    if (server != null) {
      server.interrupt();
    }
  }

  @Override
  public RequestHead request() {
    return head;
  }

  @Override
  public Peer peer() {
    return peer;
  }

  @Override
  public boolean hasBody() {
    return body != null;
  }

  @Override
  public OptionalLong bodyBytes() {
    return Arrival.bodyBytes(head);
  }

  @Override
  public BodyReader body() {
    return body == null ? BodyReader.empty() : body;
  }

  @Override
  public Executor loop() {
    return loop;
  }

  private void sendContinue() {
    if (head.headers().contains("Expect") && !begun) {
      interim(100, Headers.EMPTY);
    }
  }

  @Override
  public void interim(int status, Headers headers) {
    if (head.version() == HttpVersion.HTTP_1_0) {
      return;
    }
    try {
      outbox.put(new Outbox.Step.Interim(status, headers));
    } catch (IOException gone) {
      // Whoever writes next is told; a 1xx lost to a client that left is no loss.
      return;
    }
  }

  @Override
  public void begin(ResponseHead response, OptionalLong bodyBytes) throws IOException {
    if (begun) {
      throw new IllegalStateException("the answer has begun already");
    }
    begun = true;
    outbox.put(new Outbox.Step.Begin(response, bodyBytes));
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    ByteBuffer rest = bytes.duplicate();
    while (rest.remaining() > PIECE_BYTES) {
      outbox.put(new Outbox.Step.Chunk(rest.slice(rest.position(), PIECE_BYTES)));
      rest.position(rest.position() + PIECE_BYTES);
    }
    if (rest.hasRemaining()) {
      outbox.put(new Outbox.Step.Chunk(rest));
    }
  }

  @Override
  public void end(ByteBuffer last, Headers trailers) throws IOException {
    if (ended) {
      throw new IllegalStateException("the answer has ended already");
    }
    ByteBuffer rest = last.duplicate();
    if (rest.remaining() > PIECE_BYTES) {
      int before = rest.remaining() - PIECE_BYTES;
      write(rest.slice(rest.position(), before));
      rest.position(rest.position() + before);
    }
    ended = true;
    outbox.put(new Outbox.Step.End(rest, trailers));
  }

  @Override
  public void abort() {
    if (ended) {
      return;
    }
    ended = true;
    Refusal refusal = body == null ? null : body.refusal();
    if (begun || refusal == null) {
      answer.abort();
    } else {
      answerSelf(Problem.of(refusal.status(), refusal.detail(), Dispatcher.REQUEST_ERROR));
    }
  }

  @Override
  public void tunnel(String target, String authority, Headers headers) throws IOException {
    Optional<Tunnels.Declined> declined;
    try {
      declined =
          dispatcher
              .tunnels()
              .open(
                  this,
                  target,
                  authority,
                  headers,
                  (answered, socket) ->
                      Tunnel.join(request, answered, socket, dispatcher.limits()));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(interrupted);
    }
    if (declined.isEmpty()) {
      ended = true;
      return;
    }
    begin(declined.get().head(), declined.get().bodyBytes());
    try (BodyReader reason = declined.get().body()) {
      for (ByteBuffer next = reason.read(); next.hasRemaining(); next = reason.read()) {
        write(next);
      }
      end(ByteBuffer.allocate(0), reason.trailers());
    }
  }

  /// Whether the answer was sent or broken off.
  boolean isOver() {
    return ended;
  }

  /// The server's own answer for a request that was not served; breaks off what has begun.
  void fail(Problem problem) {
    if (ended) {
      return;
    }
    ended = true;
    if (begun) {
      answer.abort();
    } else {
      answerSelf(problem);
    }
  }

  private void answerSelf(Problem problem) {
    try {
      ByteBuffer bytes = problem.body();
      dispatcher
          .refusals()
          .on(
              new Refusals.Refused(
                  peer.address(),
                  head.method(),
                  head.authority() + head.target(),
                  head.version(),
                  problem.head().status(),
                  head.isHead() ? 0 : bytes.remaining()));
      begun = true;
      outbox.put(new Outbox.Step.Begin(problem.head(), OptionalLong.of(bytes.remaining())));
      ByteBuffer sent = head.isHead() ? ByteBuffer.allocate(0) : bytes;
      outbox.put(new Outbox.Step.End(sent, Headers.EMPTY));
    } catch (IOException gone) {
      // The client left before it could be told.
      answer.abort();
    }
  }
}
