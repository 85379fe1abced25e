/// Real instances that share a real Redis, everything done to both that can happen, and a checker
/// that nothing purged returns.
@NullMarked
package dev.terrace.torture;

import org.jspecify.annotations.NullMarked;
