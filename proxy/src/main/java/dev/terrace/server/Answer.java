package dev.terrace.server;

import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes the answer of one exchange through Vert.x, on the event loop of its connection alone but
/// for [#abort] and [#stalled]. Framing is decided here (RFC 9112 §6, security.md S4).
final class Answer implements Outbox.Sink {
  /// More than this is not given to Vert.x at once.
  private static final int WINDOW_BYTES = 128 << 10;

  private final HttpServerResponse response;
  private final HttpServerConnection connection;
  private final RequestHead head;
  private final BooleanSupplier isDraining;
  private final Consumer<Throwable> onClientGone;
  private Outbox outbox;
  private @Nullable RequestBody body;
  private Duration stall = Duration.ZERO;
  private final List<ByteBuf> gathered = new ArrayList<>();
  private long unsentBytes;
  private boolean headPending;
  private boolean closeAfter;
  private boolean ended;
  private boolean gone;
  private boolean sent;

  @SuppressWarnings("NullAway.Init") // attach() completes it
  Answer(
      HttpServerRequest request,
      RequestHead head,
      BooleanSupplier isDraining,
      Consumer<Throwable> onClientGone) {
    this.isDraining = isDraining;
    this.response = request.response();
    this.connection = (HttpServerConnection) request.connection();
    this.head = head;
    this.onClientGone = onClientGone;
  }

  void attach(Outbox steps, @Nullable RequestBody requestBody, Duration writeStall) {
    outbox = steps;
    body = requestBody;
    stall = writeStall;
    response.exceptionHandler(this::lost);
    response.closeHandler(_ -> lost(new java.io.IOException("the client closed")));
  }

  /// Vert.x says so of every connection that closes: it matters until the answer is out.
  private void lost(Throwable cause) {
    if (!gone && !sent) {
      gone = true;
      onClientGone.accept(cause);
    }
  }

  @Override
  public boolean isReady() {
    return gone || ended || unsentBytes < WINDOW_BYTES;
  }

  @Override
  public void send(List<Outbox.Step> steps) {
    for (Outbox.Step step : steps) {
      if (gone || ended) {
        return;
      }
      switch (step) {
        case Outbox.Step.Interim interim -> Interim.send(connection, response, interim);
        case Outbox.Step.Begin begin -> begin(begin.head(), begin.bodyBytes());
        case Outbox.Step.Chunk chunk -> gathered.add(Unpooled.wrappedBuffer(chunk.bytes()));
        case Outbox.Step.End end -> end(end);
      }
    }
    if (!gone && !ended && (headPending || !gathered.isEmpty())) {
      writeGathered();
    }
  }

  private void begin(ResponseHead answer, OptionalLong bodyBytes) {
    boolean isBodiless = ResponseHead.isBodiless(head.method(), answer.status());
    response.setStatusCode(answer.status());
    for (int i = 0; i < answer.headers().size(); i++) {
      String name = answer.headers().name(i);
      if (isBodiless || !name.equalsIgnoreCase("Content-Length")) {
        response.headers().add(name, answer.headers().value(i));
      }
    }
    if (!response.headers().contains("Date")) {
      response.headers().set("Date", HttpClock.now());
    }
    boolean closes = isDraining.getAsBoolean() || (body != null && body.refusal() != null);
    if (closes && head.version() != HttpVersion.HTTP_2) {
      response.headers().set("Connection", "close");
    }
    if (answer.status() == 204) {
      // Vert.x would add it, RFC 9110 §8.6 forbids it.
      response.headersEndHandler(_ -> response.headers().remove("Content-Length"));
    } else if (!isBodiless) {
      frame(bodyBytes);
    }
    // The head of an answer without a body goes with its end, which follows at once.
    headPending = !isBodiless;
  }

  private void frame(OptionalLong bodyBytes) {
    if (bodyBytes.isPresent()) {
      response.headers().set("Content-Length", Long.toString(bodyBytes.getAsLong()));
    } else if (head.version() == HttpVersion.HTTP_1_1) {
      response.setChunked(true);
    } else if (head.version() == HttpVersion.HTTP_1_0) {
      closeAfter = true;
      // Last, because Vert.x would promise to keep the connection where the client asked for it.
      response.headersEndHandler(_ -> response.headers().set("Connection", "close"));
    }
  }

  private void writeGathered() {
    headPending = false;
    if (gathered.isEmpty() && head.version() != HttpVersion.HTTP_1_0) {
      response.writeHead();
    } else {
      write(takeGathered());
    }
  }

  /// Vert.x counts what it queues in messages, which may be large: bytes are counted here.
  private void write(Buffer bytes) {
    int length = bytes.length();
    unsentBytes += length;
    response
        .write(bytes)
        .onComplete(
            _ -> {
              unsentBytes -= length;
              outbox.resume();
            });
  }

  private Buffer takeGathered() {
    ByteBuf bytes =
        switch (gathered.size()) {
          case 0 -> Unpooled.EMPTY_BUFFER;
          case 1 -> gathered.getFirst();
          default -> Unpooled.wrappedBuffer(gathered.toArray(new ByteBuf[0]));
        };
    gathered.clear();
    return BufferInternal.buffer(bytes);
  }

  private void end(Outbox.Step.End end) {
    ByteBuffer last = end.last();
    if (last.hasRemaining()) {
      gathered.add(Unpooled.wrappedBuffer(last));
    }
    Headers trailers = end.trailers();
    if (head.version() == HttpVersion.HTTP_2 || response.isChunked()) {
      for (int i = 0; i < trailers.size(); i++) {
        response.trailers().add(trailers.name(i), trailers.value(i));
      }
    }
    boolean isBodyReceived = body == null || body.drop();
    ended = true;
    response
        .end(takeGathered())
        .onComplete(
            written -> {
              sent = true;
              if (written.failed()) {
                return;
              }
              if (head.version() == HttpVersion.HTTP_2) {
                if (!isBodyReceived) {
                  Http2Gate.reset(connection, response, Http2Error.NO_ERROR);
                }
              } else if (closeAfter || !isBodyReceived) {
                connection.close();
              }
            });
    if (!sent && head.version() == HttpVersion.HTTP_2) {
      var _ =
          connection
              .channelHandlerContext()
              .executor()
              .schedule(this::giveUpUnlessSent, stall.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /// Nobody waits for the last bytes, and a shut window is no stall of the connection, which has a
  /// deadline of its own: they have one, too.
  private void giveUpUnlessSent() {
    if (!sent) {
      breakOff();
    }
  }

  /// Closes an HTTP/1 connection, resets an HTTP/2 stream; on any thread.
  void abort() {
    connection.context().runOnContext(_ -> breakOff());
  }

  @Override
  public void stalled() {
    abort();
  }

  private void breakOff() {
    if (sent || gone) {
      return;
    }
    gone = true;
    gathered.clear();
    if (head.version() == HttpVersion.HTTP_2) {
      Http2Gate.reset(connection, response, Http2Error.CANCEL);
    } else {
      var _ = connection.channelHandlerContext().channel().close();
    }
    onClientGone.accept(new java.io.IOException("the answer was broken off"));
  }
}
