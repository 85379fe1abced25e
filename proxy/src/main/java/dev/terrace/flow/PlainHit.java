package dev.terrace.flow;

import dev.terrace.layer.StoredResponse;
import java.nio.ByteBuffer;

/// A hit of the memory layer that nothing stands against: the whole, fresh response.
///
/// @param stored what answers
/// @param body its whole body, for this hit to read alone
/// @param head its HTTP/1.1 head, encoded; see [HitHead] for what completes it
/// @param ageSeconds for Age
/// @param ttlSeconds for X-Cache-TTL and Cache-Status
public record PlainHit(
    StoredResponse stored, ByteBuffer body, HitHead head, long ageSeconds, long ttlSeconds) {}
