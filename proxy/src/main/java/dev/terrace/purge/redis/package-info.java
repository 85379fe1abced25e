/// Purges that bind every instance: the log in Redis, who follows it, and receipts.
@NullMarked
package dev.terrace.purge.redis;

import org.jspecify.annotations.NullMarked;
