package dev.terrace.purge;

import java.util.Optional;

/// Whether what this instance knows of purges may be relied on at this moment. Safe for use by any
/// thread; called on every hit.
public interface Coherence {
  /// Of an instance that shares nothing.
  Coherence ALONE =
      new Coherence() {
        @Override
        public boolean isTrusted() {
          return true;
        }

        @Override
        public boolean isInContact() {
          return true;
        }

        @Override
        public boolean areFilesTrusted() {
          return true;
        }

        @Override
        public Optional<Fence> beginSharedRead() {
          return Optional.empty();
        }
      };

  /// Whether entries may be judged by the tables: where everything is to be confirmed while the log
  /// cannot be followed, only for as long as a lease lasts.
  boolean isTrusted();

  /// Whether purges of others are heard of, if there are any.
  boolean isInContact();

  /// The same as [#isTrusted] of entries that may be of a time before this process: an instance
  /// that nobody knew of may have missed purges meanwhile, and nobody was told.
  boolean areFilesTrusted();

  /// The point in the order of purges at which a read of what instances share begins: what it
  /// brings has at most this fence. Empty while it must not be read: the log is not followed, or a
  /// purge accepted here is not in it yet, so that it cannot be compared with fences of others.
  Optional<Fence> beginSharedRead();
}
