/// The contract of a cache layer, the entry, and the stack of layers.
@NullMarked
package dev.terrace.layer;

import org.jspecify.annotations.NullMarked;
