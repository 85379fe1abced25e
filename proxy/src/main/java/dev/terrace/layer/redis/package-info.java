/// The layer in Redis: shared by instances, and as far away as a network is.
@NullMarked
package dev.terrace.layer.redis;

import org.jspecify.annotations.NullMarked;
