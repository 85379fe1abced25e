/// Events, metrics and logs.
@NullMarked
package dev.terrace.observe;

import org.jspecify.annotations.NullMarked;
