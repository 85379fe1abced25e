/// Terrace: wiring, start and stop.
@NullMarked
package dev.terrace;

import org.jspecify.annotations.NullMarked;
