package dev.terrace.flow;

import dev.terrace.http.BodyReader;
import dev.terrace.http.ResponseHead;
import dev.terrace.layer.Entry;
import dev.terrace.layer.Opening;
import dev.terrace.layer.StoredResponse;
import dev.terrace.observe.Event;
import dev.terrace.origin.OriginRequest;
import dev.terrace.origin.OriginResult;
import dev.terrace.purge.Fence;
import dev.terrace.rules.HeadUpdate;
import dev.terrace.rules.PartialContent;
import dev.terrace.rules.Rule;
import dev.terrace.rules.SkipReason;
import dev.terrace.rules.StoreDecision;
import dev.terrace.rules.StoredHead;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One fetch under way: asks the target, decides what its answer is, relays and stores it. It runs
/// on a virtual thread of its own, so that a client that leaves never stops its followers.
///
/// The states and the argument for them are in `docs/decisions/shared-fetches.md`.
final class Fetch implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Fetch.class);

  private static final FetchHead NOT_KNOWN =
      new FetchHead.Failed(OriginResult.Kind.UNREACHABLE, "not known yet");

  private static final OptionalLong NO_BYTES = OptionalLong.of(0);

  private final Parts parts;
  private final FetchPlan plan;
  private final Storability storability;
  private final long began;
  private final CompletableFuture<FetchHead> head = new CompletableFuture<>();
  private final AtomicReference<@Nullable BodyReader> leaderBody = new AtomicReference<>();

  /// @param began its place in the order of arrivals and fetches
  Fetch(Parts parts, FetchPlan plan, long began) {
    this.parts = parts;
    this.plan = plan;
    this.storability = new Storability(parts, plan);
    this.began = began;
  }

  /// Captured before the stored response was judged and before anything was sent.
  Fence fence() {
    return plan.need().fence();
  }

  /// Whether every request up to this place in the order had arrived before the target was asked.
  boolean beganAfter(long arrival) {
    return began > arrival;
  }

  /// Whether the target has answered, or failed to.
  boolean isHeadKnown() {
    return head.isDone();
  }

  /// Whether its answer, known by now, may still get followers: it is being stored, and whole so
  /// far. What is not stored would else be served for as long as the fetch is remembered.
  boolean takesLatecomers() {
    return switch (head.getNow(NOT_KNOWN)) {
      case FetchHead.Shared shared -> shared.body().takesLatecomers();
      case FetchHead.Confirmed confirmed -> confirmed.storable() == FetchHead.Storable.YES;
      case FetchHead.Private _, FetchHead.Failed _ -> false;
    };
  }

  /// The head that this answer is stored with, once it is known; empty before, and where it is for
  /// one client alone.
  Optional<StoredHead> storedHead() {
    return switch (head.getNow(NOT_KNOWN)) {
      case FetchHead.Shared shared -> Optional.of(shared.entry().head());
      case FetchHead.Confirmed confirmed when confirmed.storable() == FetchHead.Storable.YES ->
          Optional.of(confirmed.refreshed().entry().head());
      case FetchHead.Confirmed _, FetchHead.Private _, FetchHead.Failed _ -> Optional.empty();
    };
  }

  /// Waits until the answer's head is known.
  FetchHead awaitHead() throws InterruptedException {
    try {
      return head.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a fetch ends with a head, not a failure", e);
    }
  }

  /// The body for whom began the fetch: of a private answer the only reader, of a shared one the
  /// first. Empty if it was taken or given up already. The taker closes it.
  Optional<BodyReader> takeLeaderBody() {
    return Optional.ofNullable(leaderBody.getAndSet(null));
  }

  /// The leader leaves before it took its body: nobody else will. A fetch in the background has
  /// this called at once.
  void leaderLeft() {
    var _ = head.thenRun(() -> takeLeaderBody().ifPresent(BodyReader::close));
  }

  @Override
  public void run() {
    parts.observer().on(new Event.FetchBegan());
    try {
      perform();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail("interrupted");
    } catch (RuntimeException e) {
      LOG.error("A fetch failed by a fault of Terrace's own", e);
      fail("internal fault");
    } finally {
      parts.observer().on(new Event.FetchEnded());
    }
  }

  private void fail(String detail) {
    head.complete(new FetchHead.Failed(OriginResult.Kind.UNREACHABLE, detail));
  }

  private void perform() throws InterruptedException {
    Instant requestedAt = parts.clock().instant();
    switch (parts.origin().ask(plan.request())) {
      case OriginResult.Failure(OriginResult.Kind kind, String detail) ->
          head.complete(new FetchHead.Failed(kind, detail));
      case OriginResult.Answer answer -> answered(answer, requestedAt, parts.clock().instant());
    }
  }

  /// After an answer that says nothing of what is stored (RFC 9111 §4.3.4): once.
  private void askAgain(OriginRequest request) throws InterruptedException {
    Instant requestedAt = parts.clock().instant();
    switch (parts.origin().ask(request)) {
      case OriginResult.Failure(OriginResult.Kind kind, String detail) ->
          head.complete(new FetchHead.Failed(kind, detail));
      case OriginResult.Answer answer when answer.head().status() == 304 -> {
        answer.body().close();
        head.complete(
            new FetchHead.Failed(OriginResult.Kind.MALFORMED, "a 304 without a condition"));
      }
      case OriginResult.Answer answer -> judged(answer, requestedAt, parts.clock().instant());
    }
  }

  private void answered(OriginResult.Answer answer, Instant requestedAt, Instant receivedAt)
      throws InterruptedException {
    int status = answer.head().status();
    Optional<StoredResponse> confirmable = plan.need().confirmable();
    Optional<StoredResponse> completable = plan.need().completable();
    if (status == 304 && confirmable.isPresent()) {
      answer.body().close();
      if (confirms(confirmable.get(), answer.head(), receivedAt)) {
        confirmed(confirmable.get(), answer.head(), requestedAt, receivedAt);
      } else {
        askAgain(plan.unconditional());
      }
    } else if (completable.isPresent() && (status == 206 || status == 416)) {
      rest(completable.get(), answer, requestedAt, receivedAt);
    } else {
      judged(answer, requestedAt, receivedAt);
    }
  }

  /// A part must answer the request under its new head, too: its If-Range may hold no more.
  private boolean confirms(StoredResponse base, ResponseHead notModified, Instant receivedAt) {
    ResponseHead stored = base.entry().head().response();
    return HeadUpdate.confirms(stored, notModified)
        && (!base.entry().isPart()
            || PartialContent.slice(
                    receivedAt, plan.intake().request(), HeadUpdate.merge(stored, notModified))
                .isPresent());
  }

  /// The rest of a stored beginning: together they are the whole, or the beginning is worth
  /// nothing.
  private void rest(
      StoredResponse part, OriginResult.Answer answer, Instant requestedAt, Instant receivedAt)
      throws InterruptedException {
    Optional<Continuation> both =
        Continuation.of(receivedAt, part, answer, fence()).filter(Continuation::isWhole);
    if (both.isPresent()) {
      try {
        OriginResult.Answer whole = both.get().together();
        judged(whole, Storing.completed(both.get()), requestedAt, receivedAt);
        return;
      } catch (IOException e) {
        LOG.debug("A stored part is gone: {}", e.getMessage());
      }
    }
    answer.body().close();
    parts.layers().remove(plan.key());
    askAgain(plan.whole());
  }

  private void judged(OriginResult.Answer answer, Instant requestedAt, Instant receivedAt)
      throws InterruptedException {
    if (plan.intake().request().isHead()) {
      plan.need()
          .base()
          .ifPresent(base -> learn(base.response(), answer.head(), requestedAt, receivedAt));
    }
    Storing storing =
        plan.need()
            .extensible()
            .flatMap(part -> Continuation.of(receivedAt, part, answer, fence()))
            .flatMap(Storing::appended)
            .orElseGet(() -> Storing.of(answer));
    judged(answer, storing, requestedAt, receivedAt);
  }

  private void judged(
      OriginResult.Answer answer, Storing storing, Instant requestedAt, Instant receivedAt)
      throws InterruptedException {
    switch (storability.decide(answer, storing, requestedAt, receivedAt)) {
      case StoreDecision.Skip(SkipReason reason) -> {
        if (storing.continuation().isPresent()) {
          parts.layers().remove(plan.key());
        }
        keepPrivate(answer, reason);
      }
      case StoreDecision.Store store -> {
        Entry entry = storability.entry(store, storing);
        Optional<SkipReason> refusal = storability.refusal(entry, storing, receivedAt);
        if (refusal.isPresent()) {
          keepPrivate(answer, refusal.get());
        } else {
          share(answer, storing, entry);
        }
      }
    }
  }

  /// What the answer to a HEAD tells of the stored answer to a GET (RFC 9111 §4.3.5). Purges are
  /// for bodies, of which it tells nothing for sure: what one may cover it can only drop.
  private void learn(
      StoredResponse base, ResponseHead answer, Instant requestedAt, Instant receivedAt) {
    switch (HeadUpdate.ofHead(base.entry().head().response(), base.body().bytes(), answer)) {
      case HeadUpdate.OfHead.Updated(ResponseHead merged) -> {
        if (storability.decideStored(merged, requestedAt, receivedAt)
            instanceof StoreDecision.Store store) {
          if (plan.need().isBaseCurrent()) {
            Entry refreshed = storability.entry(store);
            StoredResponse _ = parts.layers().refresh(base, refreshed, plan.layers());
          }
        } else {
          parts.layers().remove(plan.key());
        }
      }
      case HeadUpdate.OfHead.Outdated() -> parts.layers().remove(plan.key());
      case HeadUpdate.OfHead.Unaffected() -> {}
    }
  }

  private void keepPrivate(OriginResult.Answer answer, SkipReason reason) {
    parts.observer().on(new Event.NotStored(reason, plan.ruleLabel()));
    leaderBody.set(answer.body());
    head.complete(new FetchHead.Private(answer.head(), answer.bodyBytes(), reason));
  }

  /// RFC 9111 §4.3.4: the merged head passes the gate again, under this request's own fence.
  private void confirmed(
      StoredResponse base, ResponseHead notModified, Instant requestedAt, Instant receivedAt) {
    ResponseHead merged = HeadUpdate.merge(base.entry().head().response(), notModified);
    switch (storability.decideStored(merged, requestedAt, receivedAt)) {
      case StoreDecision.Store store -> {
        Entry refreshed = storability.entry(store);
        head.complete(
            new FetchHead.Confirmed(
                parts.layers().refresh(base, refreshed, plan.layers()), FetchHead.Storable.YES));
      }
      case StoreDecision.Skip(SkipReason reason) -> {
        parts.observer().on(new Event.NotStored(reason, plan.ruleLabel()));
        parts.layers().remove(plan.key());
        Entry once =
            new Entry(
                base.entry().key(),
                base.entry().variant(),
                base.entry().head().withResponse(merged),
                base.entry().fenced(),
                base.entry().gateDigest());
        head.complete(
            new FetchHead.Confirmed(new StoredResponse(once, base.body()), FetchHead.Storable.NO));
      }
    }
  }

  private void share(OriginResult.Answer answer, Storing storing, Entry entry)
      throws InterruptedException {
    Relay relay = new Relay();
    Opening opening =
        storing.prepared(
            parts.layers().open(entry, storing.bodyBytes().orElse(-1), plan.layers()),
            () -> storability.displacesWhole(entry));
    Optional<SkipReason> notStored =
        switch (opening) {
          case Opening.Writing _ -> Optional.empty();
          case Opening.Declined(SkipReason reason) -> {
            parts.observer().on(new Event.NotStored(reason, plan.ruleLabel()));
            yield Optional.of(reason);
          }
        };
    relay.join().ifPresent(leaderBody::set);
    FetchHead shared =
        new FetchHead.Shared(answer.head(), entry, relay, answer.bodyBytes(), notStored);
    // A length that is known has been judged by the rule already.
    Optional<Rule> sizing = storing.bodyBytes().isPresent() ? Optional.empty() : plan.governing();
    Filling filling = new Filling(relay, opening, answer.bodyBytes(), sizing);
    if (answer.bodyBytes().equals(NO_BYTES)) {
      // Who has the head has the whole answer, and must find it stored.
      filling.fill(answer.body());
      head.complete(shared);
    } else {
      head.complete(shared);
      filling.fill(answer.body());
    }
  }
}
