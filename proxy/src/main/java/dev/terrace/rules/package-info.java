/// The operator's rules and RFC 9111, pure: values in, a decision out. No clock, no thread, no
/// file, no socket.
@NullMarked
package dev.terrace.rules;

import org.jspecify.annotations.NullMarked;
