package dev.terrace.purge.model;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/// Which world is explored. Immutable.
///
/// @param instances 1 to [State#MOST_INSTANCES]
/// @param purges 1 to [State#MOST_PURGES]; the first is received by instance 0, the others anywhere
/// @param leaseTicks the lease, and with it every wait for leases to run out
record Setting(
    int instances,
    int purges,
    int leaseTicks,
    Outage outage,
    Set<Feature> features,
    Map<Fault, Integer> faults,
    Set<Planted> planted) {

  /// What an instance does without contact to Redis.
  enum Outage {
    SERVE,
    REVALIDATE
  }

  static Setting strict(int instances, int purges) {
    return new Setting(instances, purges, 1, Outage.REVALIDATE, Set.of(), Map.of(), Set.of());
  }

  static Setting serving(int instances, int purges) {
    return new Setting(instances, purges, 1, Outage.SERVE, Set.of(), Map.of(), Set.of());
  }

  Setting with(Feature... added) {
    Set<Feature> all = EnumSet.noneOf(Feature.class);
    all.addAll(features);
    all.addAll(Set.of(added));
    return new Setting(instances, purges, leaseTicks, outage, all, faults, planted);
  }

  Setting with(Fault fault, int times) {
    Map<Fault, Integer> all = new EnumMap<>(Fault.class);
    all.putAll(faults);
    all.put(fault, times);
    return new Setting(instances, purges, leaseTicks, outage, features, all, planted);
  }

  Setting withLeaseOf(int ticks) {
    return new Setting(instances, purges, ticks, outage, features, faults, planted);
  }

  Setting planting(Planted bug) {
    return new Setting(instances, purges, leaseTicks, outage, features, faults, Set.of(bug));
  }

  boolean has(Feature feature) {
    return features.contains(feature);
  }

  int allowed(Fault fault) {
    return faults.getOrDefault(fault, 0);
  }

  /// How many copies of Redis's data a state must hold.
  int copies() {
    if (allowed(Fault.SPLIT) + allowed(Fault.LAGGING_SPLIT) > 0) {
      return Copies.PROMOTED + 1;
    }
    return allowed(Fault.SAVE) > 0 ? Copies.SAVED + 1 : 1;
  }
}
