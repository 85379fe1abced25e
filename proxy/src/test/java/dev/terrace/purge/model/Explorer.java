package dev.terrace.purge.model;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Goes through every state that can be reached, nearest first, and stops at the first breach.
/// States are kept until they were gone on from, of each only how it was reached. One thread, used
/// once.
final class Explorer {
  private static final int CHUNK_STATES = 1 << 12;
  private static final int FIRST_CAPACITY = 1 << 16;
  private static final int ROOT = -1;

  private final Model model;
  private final int[] codes;
  private final int mostStates;
  private final StateSet seen = new StateSet();
  private final State from;
  private final State to;
  private final Deque<byte[]> chunks = new ArrayDeque<>();
  private final Set<Step> fired = EnumSet.noneOf(Step.class);
  private int[] parents = new int[FIRST_CAPACITY];
  private short[] lastSteps = new short[FIRST_CAPACITY];
  private int found;
  private long steps;

  /// @param mostStates where to give up
  Explorer(Setting setting, int mostStates) {
    model = new Model(setting);
    codes = model.codes();
    this.mostStates = mostStates;
    from = model.newState();
    to = model.newState();
  }

  static Outcome explore(Setting setting, int mostStates) {
    return new Explorer(setting, mostStates).explore();
  }

  private Outcome explore() {
    long begin = System.nanoTime();
    State first = model.first();
    seen.add(first.bytes);
    keep(first, ROOT, 0);
    int next = 0;
    while (next < found && found < mostStates) {
      byte[] chunk = chunks.getFirst();
      int offset = next % CHUNK_STATES * from.bytes.length;
      Breach breach = goOn(chunk, offset, next);
      if (breach != Breach.NONE) {
        return outcome(begin, breach);
      }
      next++;
      if (next % CHUNK_STATES == 0) {
        chunks.removeFirst();
      }
    }
    return outcome(begin, Breach.NONE, next == found);
  }

  private Breach goOn(byte[] chunk, int offset, int parent) {
    from.become(chunk, offset);
    to.become(chunk, offset);
    for (int code : codes) {
      if (!model.apply(to, code)) {
        continue;
      }
      steps++;
      Breach breach = model.breach();
      if (seen.add(to.bytes)) {
        fired.add(Model.step(code));
        breach = model.breach(to);
        if (breach == Breach.NONE) {
          keep(to, parent, code);
        }
      }
      if (breach != Breach.NONE) {
        parents[found] = parent;
        lastSteps[found] = (short) code;
        return breach;
      }
      to.become(from.bytes, 0);
    }
    return Breach.NONE;
  }

  private void keep(State state, int parent, int code) {
    if (found + 1 == parents.length) {
      parents = Arrays.copyOf(parents, parents.length * 2);
      lastSteps = Arrays.copyOf(lastSteps, lastSteps.length * 2);
    }
    if (found % CHUNK_STATES == 0) {
      chunks.addLast(new byte[CHUNK_STATES * state.bytes.length]);
    }
    int offset = found % CHUNK_STATES * state.bytes.length;
    System.arraycopy(state.bytes, 0, chunks.getLast(), offset, state.bytes.length);
    parents[found] = parent;
    lastSteps[found] = (short) code;
    found++;
  }

  private Outcome outcome(long begin, Breach breach) {
    return outcome(begin, breach, false);
  }

  private Outcome outcome(long begin, Breach breach, boolean whole) {
    List<String> trace = new ArrayList<>();
    if (breach != Breach.NONE) {
      for (int at = found; at != 0; at = parents[at]) {
        trace.add(Model.describe(lastSteps[at]));
      }
    }
    return new Outcome(
        seen.size(),
        steps,
        whole,
        breach,
        fired,
        trace.reversed(),
        Duration.ofNanos(System.nanoTime() - begin));
  }
}
