/// Benchmarks of the parts on the path of a hit, run by JMH.
@NullMarked
package dev.terrace.benchmarks;

import org.jspecify.annotations.NullMarked;
