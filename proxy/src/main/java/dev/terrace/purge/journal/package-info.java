/// The purges of this instance on its own disk.
@NullMarked
package dev.terrace.purge.journal;

import org.jspecify.annotations.NullMarked;
