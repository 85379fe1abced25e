/// Connections to Redis: standalone, Sentinel or Cluster, made in the background and for ever
/// again.
@NullMarked
package dev.terrace.redis;

import org.jspecify.annotations.NullMarked;
