package dev.terrace.flow;

import dev.terrace.flow.Fetches.Joined;
import dev.terrace.flow.Fetches.Role;
import dev.terrace.flow.Fetches.Slot;
import dev.terrace.http.BodyReader;
import dev.terrace.layer.Entry;
import dev.terrace.layer.LayerStack.Found;
import dev.terrace.observe.Event;
import dev.terrace.observe.Outcome;
import dev.terrace.rules.CacheStatus;
import dev.terrace.rules.ReuseDecision;
import dev.terrace.rules.ReusePolicy.Judgement;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Answers requests that need the target, sharing fetches wherever that is allowed
/// (`docs/decisions/shared-fetches.md`).
final class Fetching {
  /// What following a fetch came to.
  private enum Followed {
    ANSWERED,
    /// Look up again: what was waited for does not bind this request.
    AGAIN,
    /// Ask the target for this request alone.
    ALONE,
    /// Another variant: join the fetch of its own.
    OTHER_VARIANT
  }

  private final Parts parts;
  private final Fetches fetches;
  private final FetchPlans plans;

  Fetching(Parts parts, Fetches fetches) {
    this.parts = parts;
    this.fetches = fetches;
    this.plans = new FetchPlans(parts, fetches);
  }

  /// Answers from a fetch.
  ///
  /// @param answeredByNow asked, without blocking, before a fetch is begun
  /// @return false if the request is to be looked up again
  boolean answer(Call call, Need need, BooleanSupplier answeredByNow)
      throws IOException, InterruptedException {
    if (plans.needsOwnRequest(call, need)) {
      alone(call, need);
      return true;
    }
    VariantKey variant = VariantKey.NONE;
    Followed followed = Followed.OTHER_VARIANT;
    for (int hop = 0; hop < 2 && followed == Followed.OTHER_VARIANT; hop++) {
      Optional<Joined> joined =
          fetches.join(
              new Slot(call.key(), variant),
              fetch -> suits(fetch, call),
              () ->
                  answeredByNow.getAsBoolean()
                      ? Optional.empty()
                      : Optional.of(plans.shared(call, need)));
      if (joined.isEmpty()) {
        return false;
      }
      Fetch fetch = joined.get().fetch();
      if (joined.get().role() == Role.LEADER) {
        lead(call, need, fetch);
        return true;
      }
      followed = follow(call, need, fetch);
      if (followed == Followed.OTHER_VARIANT) {
        variant = ownVariant(call, fetch.awaitHead());
      }
    }
    if (followed == Followed.ALONE || followed == Followed.OTHER_VARIANT) {
      alone(call, need);
    }
    return followed != Followed.AGAIN;
  }

  /// Asks the target for this request alone; nobody can join.
  void alone(Call call, Need need) throws IOException, InterruptedException {
    Fetch fetch = plans.alone(call, need);
    fetches.alone(fetch);
    lead(call, need, fetch);
  }

  /// Refreshes what was served stale, in the background, unless that is under way.
  void refresh(Call call, Need need) {
    fetches
        .join(
            new Slot(call.key(), VariantKey.NONE),
            fetch ->
                !fetch.isHeadKnown() || (fetch.takesLatecomers() && isWhatItWants(call, fetch)),
            () -> Optional.of(plans.shared(call, need)))
        .filter(joined -> joined.role() == Role.LEADER)
        .ifPresent(joined -> joined.fetch().leaderLeft());
  }

  /// While its head is not known every fetch is worth waiting for; afterwards only one whose answer
  /// this request may have.
  private boolean suits(Fetch fetch, Call call) {
    return !fetch.isHeadKnown()
        || (fetch.takesLatecomers()
            && (fetch.beganAfter(call.arrival()) || isWhatItWants(call, fetch)));
  }

  /// Whether the answer, known by now, may be given to a request that came after the fetch began:
  /// whether it would be served if it were stored already.
  private boolean isWhatItWants(Call call, Fetch fetch) {
    return parts.coherence().isTrusted()
        && !call.demandsValidation()
        && fetch
            .storedHead()
            .filter(
                stored ->
                    call.policies()
                                .reuse()
                                .decide(
                                    parts.clock().instant(),
                                    call.intake().request(),
                                    call.governing(),
                                    stored,
                                    Judgement.CURRENT)
                            instanceof ReuseDecision.Serve(_, ReuseDecision.State state)
                        && state == ReuseDecision.State.FRESH)
            .isPresent();
  }

  private void lead(Call call, Need need, Fetch fetch) throws IOException, InterruptedException {
    try {
      long asked = parts.nanos().getAsLong();
      FetchHead known = fetch.awaitHead();
      call.trace().waited(parts.nanos().getAsLong() - asked);
      switch (known) {
        case FetchHead.Failed failed -> failed(call, need, failed);
        case FetchHead.Confirmed confirmed -> confirmed(call, need, confirmed);
        case FetchHead.Private head -> {
          if (need.insteadOf(head.received().status()).isPresent()) {
            stale(call, need.insteadOf(head.received().status()).get());
          } else {
            Reply.unshared(parts, call, need, head, leaderBody(fetch));
          }
        }
        case FetchHead.Shared head -> {
          if (need.insteadOf(head.received().status()).isPresent()) {
            stale(call, need.insteadOf(head.received().status()).get());
          } else {
            Reply.shared(parts, call, need, head, leaderBody(fetch), CacheStatus.Fetching.OWN);
          }
        }
      }
    } finally {
      fetch.leaderLeft();
    }
  }

  private static BodyReader leaderBody(Fetch fetch) {
    return fetch
        .takeLeaderBody()
        .orElseThrow(() -> new IllegalStateException("the leader's body was taken twice"));
  }

  private Followed follow(Call call, Need need, Fetch fetch)
      throws IOException, InterruptedException {
    parts.observer().on(new Event.FetchFollowed());
    return switch (fetch.awaitHead()) {
      case FetchHead.Failed failed -> {
        failed(call, need, failed);
        yield Followed.ANSWERED;
      }
      case FetchHead.Private head -> {
        Optional<Found> instead = need.insteadOf(head.received().status());
        if (instead.isEmpty()) {
          yield Followed.ALONE;
        }
        stale(call, instead.get());
        yield Followed.ANSWERED;
      }
      case FetchHead.Shared head -> {
        Followed fit = fit(call, fetch, head.entry());
        Optional<BodyReader> body =
            fit == Followed.ANSWERED ? head.body().join() : Optional.empty();
        if (body.isEmpty()) {
          yield fit == Followed.ANSWERED ? Followed.ALONE : fit;
        }
        Reply.shared(parts, call, need, head, body.get(), CacheStatus.Fetching.COLLAPSED);
        yield Followed.ANSWERED;
      }
      case FetchHead.Confirmed head -> {
        Followed fit =
            head.storable() == FetchHead.Storable.YES
                ? fit(call, fetch, head.refreshed().entry())
                : Followed.ALONE;
        if (fit == Followed.ANSWERED) {
          confirmed(call, need, head);
        }
        yield fit;
      }
    };
  }

  /// Whether this request may have what was fetched for another; `ANSWERED` if so.
  private Followed fit(Call call, Fetch fetch, Entry entry) {
    if (!call.policies().vary().matches(entry.variant(), call.fields())) {
      return Followed.OTHER_VARIANT;
    }
    if (!entry.isUnderGateOf(call.governing())) {
      return Followed.ALONE;
    }
    // Whether the tables may be relied on is asked before they are.
    boolean timely = fetch.beganAfter(call.arrival()) || isWhatItWants(call, fetch);
    boolean covered =
        parts.purges().isCovered(fetch.fence(), entry.fenced().url(), entry.fenced().tags());
    return covered || !timely ? Followed.AGAIN : Followed.ANSWERED;
  }

  private static VariantKey ownVariant(Call call, FetchHead head) {
    VariantKey other =
        switch (head) {
          case FetchHead.Shared shared -> shared.entry().variant();
          case FetchHead.Confirmed confirmed -> confirmed.refreshed().entry().variant();
          case FetchHead.Private _, FetchHead.Failed _ -> VariantKey.NONE;
        };
    return call.policies().vary().variant(other.names(), call.fields());
  }

  private void failed(Call call, Need need, FetchHead.Failed failed) throws IOException {
    Optional<Found> instead = need.insteadOfNothing();
    if (instead.isPresent()) {
      stale(call, instead.get());
    } else {
      Reply.refused(parts, call, Failures.problem(failed.kind(), failed.detail()));
    }
  }

  private void stale(Call call, Found base) throws IOException {
    Reply.stored(parts, call, base.response(), Outcome.STALE, base.layer());
  }

  private void confirmed(Call call, Need need, FetchHead.Confirmed head) throws IOException {
    Reply.confirmed(parts, call, need, head.refreshed());
  }
}
