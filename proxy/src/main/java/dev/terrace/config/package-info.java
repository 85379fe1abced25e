/// Options: one table from which flags, environment, file, help and reference come.
@NullMarked
package dev.terrace.config;

import org.jspecify.annotations.NullMarked;
