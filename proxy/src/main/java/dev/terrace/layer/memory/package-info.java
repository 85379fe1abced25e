/// The memory layer.
@NullMarked
package dev.terrace.layer.memory;

import org.jspecify.annotations.NullMarked;
