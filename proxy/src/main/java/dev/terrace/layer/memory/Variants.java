package dev.terrace.layer.memory;

import dev.terrace.layer.Entry;
import dev.terrace.layer.StoredResponse;
import dev.terrace.rules.VariantKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The variants of one key, the one received last first. Immutable.
final class Variants {
  static final Variants NONE = new Variants(List.of());

  private final Variant[] newestFirst;
  private final long heapBytes;

  private Variants(List<Variant> newestFirst) {
    this.newestFirst = newestFirst.toArray(Variant[]::new);
    this.heapBytes = newestFirst.stream().mapToLong(Variant::heapBytes).sum();
  }

  int count() {
    return newestFirst.length;
  }

  long heapBytes() {
    return heapBytes;
  }

  boolean isEmpty() {
    return newestFirst.length == 0;
  }

  Optional<StoredResponse> find(Predicate<VariantKey> accepts, long nowMillis) {
    for (Variant variant : newestFirst) {
      if (nowMillis < variant.expiresAtMillis()
          && accepts.test(variant.response().entry().variant())) {
        return variant.found();
      }
    }
    return Optional.empty();
  }

  /// The one that was stored as this entry.
  Optional<Variant> holding(Entry entry) {
    for (Variant variant : newestFirst) {
      if (variant.holds(entry)) {
        return Optional.of(variant);
      }
    }
    return Optional.empty();
  }

  /// With one more in the place of its predecessor. The predecessor stays if it was received later,
  /// by a clock that has not been set back since: a copy promoted from a lower layer must not
  /// displace what was stored meanwhile.
  ///
  /// @param limitHeapBytes of all variants together; the ones received first make room
  Variants with(Variant added, long limitHeapBytes, Instant now) {
    VariantKey key = added.response().entry().variant();
    Instant receivedAt = receivedAt(added);
    List<Variant> others = new ArrayList<>(newestFirst.length + 1);
    for (Variant variant : newestFirst) {
      if (!variant.response().entry().variant().equals(key)) {
        others.add(variant);
      } else if (receivedAt(variant).isAfter(receivedAt) && !receivedAt(variant).isAfter(now)) {
        return this;
      }
    }
    int place = 0;
    while (place < others.size() && receivedAt(others.get(place)).isAfter(receivedAt)) {
      place++;
    }
    others.add(place, added);
    Variants result = new Variants(others);
    while (result.heapBytes > limitHeapBytes && others.size() > 1) {
      boolean addedIsLast = place == others.size() - 1;
      others.remove(addedIsLast ? place - 1 : others.size() - 1);
      place = addedIsLast ? place - 1 : place;
      result = new Variants(others);
    }
    return result;
  }

  /// How many are not expired and not this variant.
  int others(VariantKey variant, long nowMillis) {
    int others = 0;
    for (Variant candidate : newestFirst) {
      if (nowMillis < candidate.expiresAtMillis()
          && !candidate.response().entry().variant().equals(variant)) {
        others++;
      }
    }
    return others;
  }

  Variants without(Predicate<Variant> unwanted) {
    List<Variant> kept = new ArrayList<>(newestFirst.length);
    for (Variant variant : newestFirst) {
      if (!unwanted.test(variant)) {
        kept.add(variant);
      }
    }
    return kept.size() == newestFirst.length ? this : new Variants(kept);
  }

  private static Instant receivedAt(Variant variant) {
    return variant.response().entry().head().receivedAt();
  }
}
