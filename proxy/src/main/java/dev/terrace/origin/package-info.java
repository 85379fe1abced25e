/// The target: its client, its strict codec, its results.
@NullMarked
package dev.terrace.origin;

import org.jspecify.annotations.NullMarked;
