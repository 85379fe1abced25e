package dev.terrace.layer;

import dev.terrace.purge.Fenced;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.StoredHead;
import dev.terrace.rules.VariantKey;

/// One stored variant without its body: everything that reading, judging and reusing it need.
///
/// @param key compared whole on every read
/// @param variant what the request fields named by Vary were
/// @param head the stored head with its times
/// @param fenced what purges are judged by: fence, URL, tags
/// @param gateDigest of the rule's gate fields where a gate was lifted, else empty: under another
///   digest it is a miss
public record Entry(
    CacheKey key, VariantKey variant, StoredHead head, Fenced fenced, String gateDigest) {}
