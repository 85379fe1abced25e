package dev.terrace.purge;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// What is known of purges elsewhere, as a test has it.
///
/// @param trusted of entries in memory and in files alike
/// @param sharedRead the point at which a read of what is shared begins
public record TestCoherence(
    BooleanSupplier trusted, BooleanSupplier contact, Supplier<Optional<Fence>> sharedRead)
    implements Coherence {
  @Override
  public boolean isTrusted() {
    return trusted.getAsBoolean();
  }

  @Override
  public boolean isInContact() {
    return contact.getAsBoolean();
  }

  @Override
  public boolean areFilesTrusted() {
    return trusted.getAsBoolean();
  }

  @Override
  public Optional<Fence> beginSharedRead() {
    return sharedRead.get();
  }
}
