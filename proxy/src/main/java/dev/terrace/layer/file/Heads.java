package dev.terrace.layer.file;

import dev.terrace.layer.Entry;
import dev.terrace.layer.Layer.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Reads the heads of what is stored, for the admin API and for a warm-up. Blocks on the disk; safe
/// for use by any thread.
final class Heads {
  private final Shelf shelf;

  Heads(Shelf shelf) {
    this.shelf = shelf;
  }

  Stream<Entry> all() {
    return IntStream.range(0, Folders.TOPS).boxed().flatMap(this::below);
  }

  private Stream<Entry> below(int top) {
    try {
      return read(shelf.folders().below(top)).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Of the key of this digest.
  List<Entry> of(String digest) throws IOException {
    return read(shelf.folders().files(digest));
  }

  /// Directory by directory until there are more than `most`. A file lies where the digest of its
  /// key says, whatever it holds, so that the directories read are a fair part of all.
  Sample sample(int most) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (int top = 0; top < Folders.TOPS; top++) {
      for (Folders.Lower lower : shelf.folders().lower(top)) {
        entries.addAll(read(shelf.folders().files(lower)));
        if (entries.size() > most) {
          double directories = top * Folders.TOPS + lower.number() + 1;
          return new Sample(entries, directories / (Folders.TOPS * Folders.TOPS));
        }
      }
    }
    return new Sample(entries, 1);
  }

  private List<Entry> read(List<Path> files) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Path path : files) {
      Optional<EntryFile> stored = shelf.sound(path);
      if (stored.isPresent()) {
        try (EntryFile file = stored.get()) {
          entries.add(file.entry());
        }
      }
    }
    return entries;
  }
}
