package dev.terrace.layer.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/// Makes room: while the files take up more than they may, the oldest of a sample are dropped. The
/// time of a file is that of its last use or of its storing, whichever counts. With fewer files
/// than the sample holds, the order is exact; with more, it is that of every sample. Safe for use
/// by any thread.
final class Room {
  private static final int SAMPLE = 2_000;

  /// A pass makes this part of the limit free beyond what is needed, so that passes are few.
  private static final int SLACK_FRACTION = 64;

  private final Shelf shelf;
  private final Usage usage;
  private final long limitBytes;
  private final LongAdder evictions = new LongAdder();

  /// Whoever finds it taken leaves making room to its holder.
  private final ReentrantLock passing = new ReentrantLock();

  // Guarded by the lock: the directory with which the next sample begins.
  private int next;

  Room(Shelf shelf, long limitBytes) {
    this.shelf = shelf;
    this.usage = shelf.usage();
    this.limitBytes = limitBytes;
  }

  private record Candidate(Path file, FileTime time) {}

  long evictions() {
    return evictions.sum();
  }

  void make() throws IOException {
    if (usage.bytes() <= limitBytes || !passing.tryLock()) {
      return;
    }
    try {
      long wanted = limitBytes - limitBytes / SLACK_FRACTION;
      for (int passes = Folders.TOPS; usage.bytes() > wanted && passes > 0; passes--) {
        List<Candidate> sample = sample();
        if (sample.isEmpty()) {
          return;
        }
        drop(sample, wanted);
      }
    } finally {
      passing.unlock();
    }
  }

  /// Half of a sample at most, unless it is all there is: the younger half may be younger than many
  /// that are not in it.
  private void drop(List<Candidate> sample, long wanted) throws IOException {
    sample.sort(Comparator.comparing(Candidate::time));
    int most = sample.size() < SAMPLE ? sample.size() : sample.size() / 2;
    for (Candidate candidate : sample.subList(0, most)) {
      if (usage.bytes() <= wanted) {
        return;
      }
      if (shelf.delete(candidate.file()) == Shelf.Deletion.DONE) {
        evictions.increment();
      }
    }
  }

  private List<Candidate> sample() throws IOException {
    List<Candidate> sample = new ArrayList<>();
    for (int i = 0; i < Folders.TOPS && sample.size() < SAMPLE; i++) {
      for (Path file : shelf.folders().below(next)) {
        try {
          sample.add(
              new Candidate(file, Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)));
        } catch (NoSuchFileException e) {
          // Dropped or replaced meanwhile.
        }
      }
      next = (next + 1) % Folders.TOPS;
    }
    return sample;
  }
}
