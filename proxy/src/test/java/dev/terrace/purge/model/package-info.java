/// A model of purges across instances, explored state by state; the protocol it plays is argued in
/// `docs/decisions/purges-across-instances.md`, whose step names it uses.
@NullMarked
package dev.terrace.purge.model;

import org.jspecify.annotations.NullMarked;
