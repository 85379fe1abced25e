package dev.terrace.flow;

import dev.terrace.layer.OpenBody;
import dev.terrace.layer.StoredResponse;
import dev.terrace.rules.LayerName;
import java.nio.ByteBuffer;
import java.util.Optional;

/// A hit that nothing stands against and nothing is waited for: the whole, fresh response.
///
/// @param stored what answers
/// @param layer that had it
/// @param body its whole body, for this hit to read alone; empty where `file` has it
/// @param file that has the body, if memory has not; not acquired yet
/// @param head its HTTP/1.1 head, encoded; see [HitHead] for what completes it
/// @param ageSeconds for Age
/// @param ttlSeconds for X-Cache-TTL and Cache-Status
public record PlainHit(
    StoredResponse stored,
    LayerName layer,
    ByteBuffer body,
    Optional<OpenBody> file,
    HitHead head,
    long ageSeconds,
    long ttlSeconds) {}
