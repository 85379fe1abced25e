package dev.terrace.flow;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.http.HttpDate;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import dev.terrace.layer.StoredBody;
import dev.terrace.observe.Event;
import dev.terrace.observe.Outcome;
import dev.terrace.rules.KeyDecision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/// Writes one answer to its exchange and tells the observer when it has ended. Used once, by the
/// request's thread.
final class Sending {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final Parts parts;
  private final Exchange exchange;
  private final Optional<Call> call;
  private final Provenance provenance;
  private final long startedNanos;
  private final Trace trace;
  private long bytes;

  Sending(Parts parts, Exchange exchange, Optional<Call> call, Provenance provenance) {
    this.parts = parts;
    this.exchange = exchange;
    this.call = call;
    this.provenance = provenance;
    this.trace = call.map(Call::trace).orElseGet(() -> Trace.of(exchange.request()));
    this.startedNanos = call.map(Call::startedNanos).orElseGet(parts.nanos()::getAsLong);
  }

  /// Terrace's own: without X-Cache, since no cache had a say in it.
  void problem(Problem problem) throws IOException {
    Problem traced = problem.traced(trace.traceId());
    send(traced.head(), BodyReader.of(traced.body()), sizeOf(traced));
  }

  /// Terrace's own, without a body and without X-Cache.
  void own(ResponseHead head) throws IOException {
    send(head, BodyReader.empty(), OptionalLong.of(0));
  }

  private static OptionalLong sizeOf(Problem problem) {
    return OptionalLong.of(problem.body().remaining());
  }

  /// A head alone: 304, or the answer to a HEAD.
  void bodiless(ResponseHead head) throws IOException {
    send(told(head), BodyReader.empty(), OptionalLong.empty());
  }

  /// A body that a layer holds whole.
  ///
  /// @throws IOException if the client is gone, or the layer lost the body after its head was sent
  void stored(ResponseHead head, StoredBody body) throws IOException {
    send(told(head), body.open(0, body.bytes()), OptionalLong.of(body.bytes()));
  }

  /// An answer whose body has no bytes.
  void empty(ResponseHead head) throws IOException {
    send(told(head), BodyReader.empty(), OptionalLong.of(0));
  }

  /// A body on its way from the target; it is closed here.
  void streamed(ResponseHead head, BodyReader body, OptionalLong bodyBytes) throws IOException {
    send(told(head), body, bodyBytes);
  }

  private ResponseHead told(ResponseHead head) {
    Headers told = provenance.on(head.headers());
    // A recipient with a clock dates what came without a date (RFC 9110 §6.6.1).
    return head.withHeaders(
        told.contains("Date")
            ? told
            : told.adding("Date", HttpDate.format(parts.clock().instant())));
  }

  private void send(ResponseHead head, BodyReader body, OptionalLong bodyBytes) throws IOException {
    try (body) {
      boolean bodiless = ResponseHead.isBodiless(exchange.request().method(), head.status());
      if (bodyBytes.isPresent() && bodyBytes.getAsLong() == 0) {
        // The head is the last byte then: whoever has it finds the entry stored.
        body.read();
      }
      exchange.begin(head, bodiless ? OptionalLong.empty() : bodyBytes);
      if (bodiless) {
        exchange.end(NOTHING, Headers.EMPTY);
      } else {
        copy(body, bodyBytes);
      }
    } catch (IOException e) {
      exchange.abort();
      throw e;
    } finally {
      parts.observer().on(answered(head.status()));
    }
  }

  /// Writes every piece as it comes; the piece that completes a stated length only together with
  /// the end, which the target's framing has confirmed by then.
  private void copy(BodyReader body, OptionalLong bodyBytes) throws IOException {
    ByteBuffer next = body.read();
    while (next.hasRemaining()) {
      ByteBuffer current = next;
      bytes += current.remaining();
      boolean last = bodyBytes.isPresent() && bytes >= bodyBytes.getAsLong();
      if (!last) {
        exchange.write(current);
      }
      next = body.read();
      if (last) {
        exchange.end(current, body.trailers());
        return;
      }
    }
    exchange.end(NOTHING, body.trailers());
  }

  private Event.Answered answered(int status) {
    RequestHead request = exchange.request();
    return new Event.Answered(
        exchange.peer().address(),
        request.method(),
        call.map(c -> c.policies().secrets())
            .orElse(parts.policies().get().secrets())
            .masked(request.authority() + request.target()),
        request.version(),
        status,
        bytes,
        provenance.outcome(),
        provenance.layer(),
        provenance.outcome() == Outcome.OWN ? Optional.empty() : provenance.reason(),
        call.map(Call::ruleLabel).orElse(""),
        call.map(c -> c.decision() instanceof KeyDecision.Keyed keyed ? keyed.key().digest() : "")
            .orElse(""),
        provenance.ageSeconds().orElse(-1),
        provenance.ttlSeconds().orElse(-1),
        parts.nanos().getAsLong() - startedNanos,
        trace.targetNanos(),
        trace.traceId());
  }
}
