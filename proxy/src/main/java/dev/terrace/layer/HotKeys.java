package dev.terrace.layer;

import java.io.IOException;
import java.util.List;

/// Where an instance leaves the digests of the keys that it is asked for most, for a later start to
/// read. Digests alone: what they name is looked up, verified and judged like anything else, so
/// that whoever can write there decides at most what is looked up. May block, within a deadline.
/// Safe for use by any thread.
public interface HotKeys {
  /// The lists that were left, each hottest first, this instance's own first where it is known.
  ///
  /// @throws IOException if they cannot be read; none is no failure
  List<List<String>> read() throws IOException;

  /// Leaves a list in the place of the one before.
  ///
  /// @param digests hottest first, [HotKeysFormat#MOST] at the most
  /// @throws IOException if it cannot be written; the one before may still be there
  void write(List<String> digests) throws IOException;
}
