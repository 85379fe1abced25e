package dev.terrace.admin;

import dev.terrace.http.RequestCheck;
import dev.terrace.layer.Layer;
import dev.terrace.layer.WarmUp;
import dev.terrace.observe.Metrics;
import dev.terrace.observe.Observer;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.Purger;
import dev.terrace.purge.redis.SharedPurges;
import dev.terrace.redis.Redis;
import dev.terrace.rules.IntakePolicy;
import dev.terrace.rules.KeyPolicy;
import dev.terrace.rules.RuleSet;
import dev.terrace.rules.Secrets;
import dev.terrace.rules.StorePolicy;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What the admin API shows and changes.
///
/// @param layers those that are enabled, from the top down
/// @param purges judges
/// @param purger purges so that it holds
/// @param redis empty where it is not enabled
/// @param log of purges that instances share; empty where there is none
/// @param rules those that govern now: they may be reloaded
/// @param intake how requests are mapped
/// @param observer is told of purges
/// @param notReadyFor what readiness still waits for; empty: ready
/// @param warmUp how far it is
/// @param purgeIds a new name for a receipt at every call
/// @param instance the name of this instance in receipts
public record AdminParts(
    List<Layer> layers,
    PurgeTable purges,
    Purger purger,
    Optional<Redis> redis,
    Optional<SharedPurges> log,
    Supplier<RuleSet> rules,
    RequestCheck requestCheck,
    IntakePolicy.Settings intake,
    KeyPolicy keys,
    StorePolicy store,
    Secrets secrets,
    Metrics metrics,
    Observer observer,
    Supplier<List<String>> notReadyFor,
    Supplier<WarmUp.Progress> warmUp,
    Supplier<String> purgeIds,
    String instance,
    InstantSource clock) {
  public AdminParts {
    layers = List.copyOf(layers);
  }
}
