/// Scenarios over real sockets: what a client and a target see of Terrace, written down side by
/// side under `src/test/resources/conformance` and played by [dev.terrace.conformance.Play].
@NullMarked
package dev.terrace.conformance;

import org.jspecify.annotations.NullMarked;
