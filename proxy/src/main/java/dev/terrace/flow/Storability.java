package dev.terrace.flow;

import dev.terrace.http.ResponseHead;
import dev.terrace.layer.Entry;
import dev.terrace.origin.OriginResult;
import dev.terrace.purge.Fenced;
import dev.terrace.rules.Intake;
import dev.terrace.rules.PartialContent;
import dev.terrace.rules.ReusePolicy.Judgement;
import dev.terrace.rules.SkipReason;
import dev.terrace.rules.StoreDecision;
import dev.terrace.rules.StorePolicy;
import java.time.Instant;
import java.util.Optional;

/// Whether, and as what, the answers of one fetch are stored: by the policy, and by what is stored
/// already. Used by the fetch's thread.
final class Storability {
  private final Parts parts;
  private final FetchPlan plan;

  Storability(Parts parts, FetchPlan plan) {
    this.parts = parts;
    this.plan = plan;
  }

  /// Whether the policy lets an answer be stored.
  StoreDecision decide(
      OriginResult.Answer answer, Storing storing, Instant requestedAt, Instant receivedAt) {
    // What others may join never asks for a part, even where the request that began it does; and
    // what asks for the rest of a stored part wants a whole.
    boolean asked =
        plan.request().headers().contains("Range")
            && plan.intake().request().headers().contains("Range");
    return PartialContent.isPart(answer.head()) && !asked
        ? new StoreDecision.Skip(SkipReason.PARTIAL)
        : plan.policies()
            .store()
            .decide(plan.intake(), plan.governing(), storing.head(), requestedAt, receivedAt);
  }

  /// Whether what is stored may stay under a new head. It answers a GET, be it confirmed by a HEAD.
  StoreDecision decideStored(ResponseHead merged, Instant requestedAt, Instant receivedAt) {
    StorePolicy store = plan.policies().store();
    Intake get = plan.intake().asGet();
    return PartialContent.isPart(merged)
        ? store.decidePartial(get, plan.governing(), merged, requestedAt, receivedAt)
        : store.decide(get, plan.governing(), merged, requestedAt, receivedAt);
  }

  /// Why an answer is not stored although the policy lets it be; empty if it is.
  Optional<SkipReason> refusal(Entry entry, Storing storing, Instant receivedAt) {
    if (mustNotReplace(storing.head().status(), receivedAt)) {
      return Optional.of(SkipReason.KEPT_STALE);
    }
    boolean displaces =
        plan.need().base().filter(base -> displaces(entry, base.response().entry())).isPresent();
    if (displaces) {
      return Optional.of(SkipReason.PARTIAL);
    }
    if (entry.fenced().tags().size() > Fenced.MOST_TAGS) {
      return Optional.of(SkipReason.TOO_MANY_TAGS);
    }
    return storing.bodyBytes().isPresent()
            && !StorePolicy.acceptsSize(plan.governing(), storing.bodyBytes().getAsLong())
        ? Optional.of(SkipReason.RULE_SIZE)
        : Optional.empty();
  }

  /// Whether a part would now take the place of a whole that is worth more. Never blocks.
  boolean displacesWhole(Entry added) {
    return parts
        .layers()
        .findInMemory(added.key(), added.variant()::equals, parts.clock().instant())
        .filter(found -> displaces(added, found.response().entry()))
        .isPresent();
  }

  /// What an answer is stored as.
  Entry entry(StoreDecision.Store store, Storing storing) {
    return entry(store, storing.fenced(fenced(store)));
  }

  /// What is stored already, under a new head and this fetch's own fence.
  Entry entry(StoreDecision.Store store) {
    return entry(store, fenced(store));
  }

  private Fenced fenced(StoreDecision.Store store) {
    return new Fenced(plan.need().fence(), plan.key().url(), store.tags());
  }

  private Entry entry(StoreDecision.Store store, Fenced fenced) {
    return new Entry(
        plan.key(),
        plan.policies().vary().variant(store.varyNames(), plan.intake().request().headers()),
        store.head(),
        fenced,
        store.gateDigest());
  }

  private boolean displaces(Entry added, Entry stored) {
    return added.isPart()
        && !stored.isPart()
        && PartialContent.outlives(parts.clock().instant(), stored.head(), added.head().response());
  }

  /// What may still answer instead of errors is not replaced by one (http.md 3).
  private boolean mustNotReplace(int status, Instant now) {
    return plan.need()
        .base()
        .filter(
            base ->
                plan.policies()
                    .reuse()
                    .outlives(now, base.response().entry().head(), Judgement.CURRENT, status))
        .isPresent();
  }
}
