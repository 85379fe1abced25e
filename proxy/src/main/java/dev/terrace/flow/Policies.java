package dev.terrace.flow;

import dev.terrace.rules.ClientView;
import dev.terrace.rules.Forwarding;
import dev.terrace.rules.IntakePolicy;
import dev.terrace.rules.Invalidation;
import dev.terrace.rules.KeyPolicy;
import dev.terrace.rules.ReusePolicy;
import dev.terrace.rules.RuleSet;
import dev.terrace.rules.Secrets;
import dev.terrace.rules.StorePolicy;
import dev.terrace.rules.VaryPolicy;

/// Everything pure that a request is decided by, as one value: a reload replaces the whole, and a
/// request keeps to the one that it began with.
///
/// @param intake what is admitted, normalised and stripped
/// @param rules the operator's
/// @param keys the cache key
/// @param vary variants
/// @param store what may be stored
/// @param reuse what may answer
/// @param invalidation what unsafe methods invalidate
/// @param forwarding fields toward the target
/// @param view fields toward the client
/// @param secrets what is masked
public record Policies(
    IntakePolicy intake,
    RuleSet rules,
    KeyPolicy keys,
    VaryPolicy vary,
    StorePolicy store,
    ReusePolicy reuse,
    Invalidation invalidation,
    Forwarding forwarding,
    ClientView view,
    Secrets secrets) {}
