package dev.terrace.layer;

import dev.terrace.purge.Coherence;
import dev.terrace.purge.Fence;
import dev.terrace.purge.PurgeTable;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.Expiry;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.ReusePolicy;
import dev.terrace.rules.SkipReason;
import dev.terrace.rules.VariantKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/// The layers from the top down: the first that has a response answers, and whatever it holds is
/// judged by the purge table before anyone sees it. What a lower layer has is copied upward with
/// the life that is left to it; what is stored goes to memory at once and to the lower layers
/// behind the client's back.
///
/// The layers belong to the stack, which closes them; the executors do not. Safe for use by any
/// thread.
public final class LayerStack implements AutoCloseable {
  /// A layer below memory.
  ///
  /// @param layer guarded, since it may fail or hang
  /// @param writes a platform thread on which it is written to: one, so that the order is kept; its
  ///   queue may be without bound
  /// @param queueBytes how much may wait to be written
  public record Lower(GuardedLayer layer, Executor writes, long queueBytes) {}

  /// What was found; nothing that is hard-purged ever is.
  ///
  /// @param response as stored
  /// @param layer that had it
  /// @param judgement of the purge table
  public record Found(StoredResponse response, LayerName layer, ReusePolicy.Judgement judgement) {}

  private record Below(GuardedLayer layer, WriteBehind writes) {
    LayerName name() {
      return layer.name();
    }
  }

  private final PromptLayer memory;
  private final List<Below> below;
  private final Judging judging;
  private final Promotion promotion;
  private final InstantSource clock;

  /// @param lower from the top down
  public LayerStack(
      PromptLayer memory,
      List<Lower> lower,
      PurgeTable purges,
      Coherence coherence,
      Expiry expiry,
      InstantSource clock) {
    this.memory = memory;
    this.below =
        lower.stream()
            .map(
                each ->
                    new Below(
                        each.layer(),
                        new WriteBehind(each.layer(), each.writes(), each.queueBytes())))
            .toList();
    this.judging = new Judging(purges, coherence);
    this.promotion = new Promotion(expiry, clock);
    this.clock = clock;
  }

  /// What memory has at `now`; never blocks, counts nothing.
  public Optional<Found> findInMemory(CacheKey key, Predicate<VariantKey> accepts, Instant now) {
    return judged(memory.peek(key, accepts, now));
  }

  /// What can be had at once at `now`, on an event loop: what memory has, else what the first
  /// allowed layer below has in an open file, if it is not to be copied to memory. Counts nothing;
  /// empty says nothing of what the layers hold.
  public Optional<Found> findPromptly(
      CacheKey key, Predicate<VariantKey> accepts, Instant now, Set<LayerName> allowed) {
    long leastBytes = 0;
    if (allowed.contains(memory.name())) {
      Optional<Found> found = findInMemory(key, accepts, now);
      if (found.isPresent()) {
        return found;
      }
      leastBytes = memory.maxBodyBytes() + 1;
    }
    for (Below layer : below) {
      if (allowed.contains(layer.name())) {
        Optional<StoredResponse> open = layer.layer().findOpen(key, accepts, now, leastBytes);
        return open.isPresent() ? judging.judge(open.get(), layer.name()) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /// Counts an answer from [#findPromptly] as a hit of this layer.
  public void countHit(LayerName name) {
    if (name == memory.name()) {
      memory.countHit();
      return;
    }
    for (Below layer : below) {
      if (layer.name() == name) {
        layer.layer().countHit();
      }
    }
  }

  private Optional<Found> judged(Optional<StoredResponse> stored) {
    return stored.isPresent() ? judging.judge(stored.get(), memory.name()) : Optional.empty();
  }

  /// What the first of the allowed layers has. Where that is suspect a lower one is asked, too:
  /// another instance may have confirmed it. May block until the deadlines of the lower ones.
  public Optional<Found> find(CacheKey key, Predicate<VariantKey> accepts, Set<LayerName> allowed) {
    Optional<Found> suspect = Optional.empty();
    if (allowed.contains(memory.name())) {
      Optional<Found> found = judged(memory.find(key, accepts));
      if (isUsable(found)) {
        return found;
      }
      suspect = found;
    }
    for (Below layer : below) {
      if (allowed.contains(layer.name())) {
        Optional<Found> found = findBelow(layer, key, accepts, allowed);
        if (isUsable(found)) {
          return found;
        }
        suspect = suspect.isPresent() ? suspect : found;
      }
    }
    return suspect;
  }

  private static boolean isUsable(Optional<Found> found) {
    return found.isPresent() && !found.get().judgement().isSuspect();
  }

  /// Whether what instances share may be read now.
  public boolean isSharedRead() {
    return judging.beginSharedRead().isPresent();
  }

  /// Copies to memory what the first of the lower layers that knows this digest holds under it,
  /// judged as for a request. May block until their deadlines.
  ///
  /// @return how many entries memory has by it
  public int warm(String digest) {
    for (Below layer : below) {
      int warmed = 0;
      if (layer.name() != LayerName.REDIS || isSharedRead()) {
        for (Entry entry : layer.layer().named(digest)) {
          warmed += isWarmed(layer, entry) ? 1 : 0;
        }
      }
      if (warmed > 0) {
        return warmed;
      }
    }
    return 0;
  }

  private boolean isWarmed(Below layer, Entry entry) {
    Predicate<VariantKey> same = entry.variant()::equals;
    Set<LayerName> both = Set.of(memory.name(), layer.name());
    return findInMemory(entry.key(), same, clock.instant()).isPresent()
        || isUsable(findBelow(layer, entry.key(), same, both));
  }

  /// Begins to store in the allowed layers.
  ///
  /// @param bodyBytes the length if it is known, else -1
  /// @return declined, with the reason of the top one, if every allowed layer declines
  public Opening open(Entry entry, long bodyBytes, Set<LayerName> allowed) {
    List<EntryWriter> writers = new ArrayList<>();
    List<SkipReason> reasons = new ArrayList<>();
    for (Promotion.Target target : targets(below, allowed)) {
      switch (target.open(entry, bodyBytes)) {
        case Opening.Writing(EntryWriter writer) -> writers.add(writer);
        case Opening.Declined(SkipReason reason) -> reasons.add(reason);
      }
    }
    if (!writers.isEmpty()) {
      return new Opening.Writing(new TeeWriter(writers, () -> dropOlder(entry)));
    }
    return new Opening.Declined(reasons.isEmpty() ? SkipReason.RULE_LAYERS : reasons.getFirst());
  }

  /// Memory is asked first: what it holds would hide what it declined and a lower layer took.
  private void dropOlder(Entry committed) {
    memory
        .peek(committed.key(), committed.variant()::equals, clock.instant())
        .filter(held -> held.entry().head().receivedAt().isBefore(committed.head().receivedAt()))
        .ifPresent(_ -> memory.remove(committed.key()));
  }

  /// Gives what is stored as `previous` a new head in every allowed layer that still has it. Those
  /// that have nothing take it up anew where the body lies in memory: Redis may have lost it, and
  /// other instances look there before they ask the target.
  ///
  /// @return the previous body under the new head, for the answer at hand
  public StoredResponse refresh(StoredResponse previous, Entry refreshed, Set<LayerName> allowed) {
    StoredResponse result = new StoredResponse(refreshed, previous.body());
    if (allowed.contains(memory.name())
        && !memory.refresh(previous.entry(), refreshed)
        && result.body().inMemory().isPresent()) {
      Promotion.copy(result, List.of(memory::open));
    }
    for (Below layer : below) {
      if (allowed.contains(layer.name())) {
        refreshBelow(layer, previous.entry(), result);
      }
    }
    return result;
  }

  private void refreshBelow(Below layer, Entry previous, StoredResponse refreshed) {
    Entry outside = judging.outsideMemory(refreshed.entry());
    layer
        .writes()
        .change(
            guarded -> {
              if (!guarded.refresh(previous, outside)
                  && refreshed.body().inMemory().isPresent()
                  && !holds(guarded, outside)) {
                Promotion.copy(
                    new StoredResponse(outside, refreshed.body()), List.of(layer.writes()::open));
              }
            });
  }

  /// Whether it has some answer for this: another instance may have put it there.
  private static boolean holds(GuardedLayer layer, Entry entry) {
    return layer.named(entry.key().digest()).stream()
        .anyMatch(held -> held.variant().equals(entry.variant()));
  }

  /// Drops every variant of this key: saves room, promises nothing.
  public void remove(CacheKey key) {
    memory.remove(key);
    below.forEach(layer -> layer.writes().change(guarded -> guarded.remove(key)));
  }

  /// Drops what is expired: from memory at once, from the lower layers behind the caller's back.
  ///
  /// @return how many entries of memory
  public long sweep(Instant now) {
    below.forEach(layer -> layer.writes().change(guarded -> guarded.sweep(now)));
    return memory.sweep(now);
  }

  /// Empties these layers, the lower ones behind the caller's back: eviction, not invalidation.
  public void clear(Set<LayerName> layers) {
    if (layers.contains(memory.name())) {
      memory.clear();
    }
    for (Below layer : below) {
      if (layers.contains(layer.name())) {
        layer.writes().change(GuardedLayer::clear);
      }
    }
  }

  /// One a layer, from the top down.
  public List<LayerReport> reports() {
    List<LayerReport> reports = new ArrayList<>();
    reports.add(new LayerReport(memory.name(), memory.stats(), Breaker.State.CLOSED, 0, 0));
    for (Below layer : below) {
      reports.add(
          new LayerReport(
              layer.name(),
              layer.layer().stats(),
              layer.layer().breaker(),
              layer.writes().queuedBytes(),
              layer.writes().givenUp()));
    }
    return reports;
  }

  /// How much is still to be written to the lower layers, in bytes; 0 once they have everything.
  public long queuedBytes() {
    return below.stream().mapToLong(layer -> layer.writes().queuedBytes()).sum();
  }

  @Override
  public void close() {
    memory.close();
    below.forEach(layer -> layer.layer().close());
  }

  /// It is judged again after it was promoted, since a purge may have come meanwhile.
  private Optional<Found> findBelow(
      Below layer, CacheKey key, Predicate<VariantKey> accepts, Set<LayerName> allowed) {
    Optional<Found> found =
        layer.name() == LayerName.REDIS
            ? findShared(layer, key, accepts)
            : layer
                .layer()
                .find(key, accepts)
                .flatMap(stored -> judging.judge(stored, layer.name()));
    if (!isUsable(found)) {
      return found;
    }
    StoredResponse response = found.get().response();
    List<Below> above = below.subList(0, below.indexOf(layer));
    promotion.promote(response, targets(above, allowed), layer.writes()::execute);
    return judging.judge(response, layer.name());
  }

  /// What another instance may have stored is fenced by where this one was in the order of purges
  /// when it began to read, if that is lower: a purge that came here meanwhile covers it then.
  /// Stamps of another lineage cannot be held to that, so a read during which one was adopted has
  /// found nothing. This is asked after judging: the judge knew no other lineage before.
  private Optional<Found> findShared(Below layer, CacheKey key, Predicate<VariantKey> accepts) {
    Optional<Fence> begin = judging.beginSharedRead();
    if (begin.isEmpty()) {
      return Optional.empty();
    }
    Optional<Found> found =
        layer
            .layer()
            .find(key, accepts)
            .map(stored -> Judging.notAbove(begin.get(), stored))
            .flatMap(stored -> judging.judge(stored, layer.name()));
    return judging.isStillIn(begin.get().lineage()) ? found : Optional.empty();
  }

  /// Where an entry is stored: the allowed layers among memory and these.
  private List<Promotion.Target> targets(List<Below> layers, Set<LayerName> allowed) {
    List<Promotion.Target> targets = new ArrayList<>();
    if (allowed.contains(memory.name())) {
      targets.add(memory::open);
    }
    for (Below layer : layers) {
      if (allowed.contains(layer.name())) {
        targets.add(
            (entry, bodyBytes) -> layer.writes().open(judging.outsideMemory(entry), bodyBytes));
      }
    }
    return targets;
  }
}
