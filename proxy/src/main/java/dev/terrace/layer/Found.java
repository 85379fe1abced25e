package dev.terrace.layer;

import dev.terrace.purge.Verdict;
import dev.terrace.rules.LayerName;

/// What the stack found.
///
/// @param response as stored
/// @param layer that had it
/// @param verdict of the purge tables; never [Verdict#PURGED]
public record Found(StoredResponse response, LayerName layer, Verdict verdict) {}
