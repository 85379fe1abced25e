/// What covers what: stamps, fences, scopes and the tables that judge entries. Pure.
@NullMarked
package dev.terrace.purge;

import org.jspecify.annotations.NullMarked;
