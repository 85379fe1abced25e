package dev.terrace.layer;

import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.Verdict;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.SkipReason;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/// The layers from the top down: the first that has a response answers, and whatever it holds is
/// judged by the purge table before anyone sees it. What a lower layer has is copied upward with the
/// life that is left to it; what is stored goes to the upper layer at once and to the lower ones
/// behind the client's back.
///
/// The layers belong to the stack, which closes them; their executors do not. Safe for use by any
/// thread.
public final class LayerStack implements AutoCloseable {
  /// A layer below memory.
  ///
  /// @param layer guarded, since it may fail or hang
  /// @param writes platform threads on which it is written to
  /// @param queueBytes how much may wait to be written
  public record Lower(GuardedLayer layer, Executor writes, long queueBytes) {}

  private record Below(GuardedLayer layer, WriteBehind writes) {
    LayerName name() {
      return layer.name();
    }
  }

  private final Layer memory;
  private final List<Below> below;
  private final PurgeTable purges;
  private final Promotion promotion;

  /// @param memory never blocks
  /// @param lower from the top down
  public LayerStack(
      Layer memory, List<Lower> lower, PurgeTable purges, Expiry expiry, InstantSource clock) {
    this.memory = memory;
    this.below =
        lower.stream()
            .map(
                each ->
                    new Below(
                        each.layer(),
                        new WriteBehind(each.layer(), each.writes(), each.queueBytes())))
            .toList();
    this.purges = purges;
    this.promotion = new Promotion(expiry, clock);
  }

  /// What memory has; never blocks.
  public Optional<Found> findInMemory(CacheKey key, Predicate<VariantKey> accepts)
      throws IOException {
    Optional<StoredResponse> stored = memory.find(key, accepts);
    return stored.isPresent() ? judged(stored.get(), memory.name()) : Optional.empty();
  }

  /// What the first of the allowed layers has that is not purged. May block until the deadlines of
  /// the lower layers.
  public Optional<Found> find(
      CacheKey key, Predicate<VariantKey> accepts, Set<LayerName> allowed) throws IOException {
    if (allowed.contains(memory.name())) {
      Optional<Found> found = findInMemory(key, accepts);
      if (found.isPresent()) {
        return found;
      }
    }
    for (Below layer : below) {
      if (allowed.contains(layer.name())) {
        Optional<Found> found = findBelow(layer, key, accepts, allowed);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /// Begins to store in the allowed layers.
  ///
  /// @param bodyBytes the length if it is known, else -1
  /// @return declined with the reason of the top layer if every allowed layer declines
  public Opening open(Entry entry, long bodyBytes, Set<LayerName> allowed) throws IOException {
    List<EntryWriter> writers = new ArrayList<>();
    List<SkipReason> reasons = new ArrayList<>();
    if (allowed.contains(memory.name())) {
      sort(memory.open(entry, bodyBytes), writers, reasons);
    }
    for (Below layer : below) {
      if (allowed.contains(layer.name())) {
        sort(layer.writes().open(entry, bodyBytes), writers, reasons);
      }
    }
    if (!writers.isEmpty()) {
      return new Opening.Writing(new TeeWriter(writers));
    }
    return new Opening.Declined(
        reasons.isEmpty() ? SkipReason.RULE_LAYERS : reasons.getFirst());
  }

  /// Gives what is stored as `previous` a new head in every allowed layer that still has it.
  ///
  /// @return the previous body under the new head, for the answer at hand
  public StoredResponse refresh(
      StoredResponse previous, Entry refreshed, Set<LayerName> allowed) throws IOException {
    StoredResponse result = new StoredResponse(refreshed, previous.body());
    if (allowed.contains(memory.name()) && !memory.refresh(previous.entry(), refreshed)) {
      promotion.atOnce(result, memory::open);
    }
    for (Below layer : below) {
      if (allowed.contains(layer.name())) {
        layer.writes().refresh(previous.entry(), refreshed);
      }
    }
    return result;
  }

  /// Drops what is expired, from every layer.
  ///
  /// @return how many entries
  public long sweep(Instant now) throws IOException {
    long swept = memory.sweep(now);
    for (Below layer : below) {
      swept += layer.layer().sweep(now);
    }
    return swept;
  }

  /// Empties these layers: eviction, not invalidation.
  public void clear(Set<LayerName> layers) throws IOException {
    if (layers.contains(memory.name())) {
      memory.clear();
    }
    for (Below layer : below) {
      if (layers.contains(layer.name())) {
        layer.layer().clear();
      }
    }
  }

  /// One a layer, from the top down.
  public List<LayerReport> reports() {
    List<LayerReport> reports = new ArrayList<>();
    reports.add(
        new LayerReport(memory.name(), memory.stats(), Breaker.State.CLOSED, 0));
    for (Below layer : below) {
      reports.add(
          new LayerReport(
              layer.name(),
              layer.layer().stats(),
              layer.layer().breaker(),
              layer.writes().givenUp()));
    }
    return reports;
  }

  /// How much is still to be written to the lower layers, in bytes.
  public long queuedBytes() {
    return below.stream().mapToLong(layer -> layer.writes().queuedBytes()).sum();
  }

  @Override
  public void close() {
    memory.close();
    below.forEach(layer -> layer.layer().close());
  }

  private Optional<Found> judged(StoredResponse stored, LayerName layer) {
    Verdict verdict = purges.judge(stored.entry().fenced());
    return verdict == Verdict.PURGED
        ? Optional.empty()
        : Optional.of(new Found(stored, layer, verdict));
  }

  /// It is judged again after it was promoted, since a purge may have come meanwhile.
  private Optional<Found> findBelow(
      Below layer, CacheKey key, Predicate<VariantKey> accepts, Set<LayerName> allowed) {
    Optional<Found> found =
        layer.layer().find(key, accepts).flatMap(stored -> judged(stored, layer.name()));
    if (found.isEmpty() || found.get().verdict() == Verdict.SUSPECT) {
      return found;
    }
    promote(found.get().response(), layer, allowed);
    return judged(found.get().response(), layer.name());
  }

  private void promote(StoredResponse response, Below from, Set<LayerName> allowed) {
    if (allowed.contains(memory.name())) {
      promotion.promote(response, memory::open, from.writes()::execute);
    }
    for (Below layer : below) {
      if (layer == from) {
        return;
      }
      if (allowed.contains(layer.name())) {
        promotion.promote(response, layer.writes()::open, from.writes()::execute);
      }
    }
  }

  private static void sort(
      Opening opening, List<EntryWriter> writers, List<SkipReason> reasons) {
    switch (opening) {
      case Opening.Writing(EntryWriter writer) -> writers.add(writer);
      case Opening.Declined(SkipReason reason) -> reasons.add(reason);
    }
  }
}
