package dev.terrace.rules;

import dev.terrace.rules.GlobParser.Item;
import java.util.Arrays;
import java.util.List;

/// A glob: `*` any run of characters, `{a,b}`, `[a-z]`, a backslash quotes; `?` is itself. Matched
/// in linear time, case-sensitive. Immutable.
///
/// It is run as a set of states, a bit each: bit i of an alternative says that its first i
/// characters have matched. A character moves each bit on whose next item accepts it; before a star
/// a bit also stays. The states of all alternatives stand side by side in one array of words, so
/// that a subject costs its length times the number of words and nothing ever goes back: no subject
/// and no pattern is slow. Equal texts are equal globs.
public final class Glob {
  private static final long[] NOTHING = new long[0];

  private final String text;
  private final List<List<Item>> alternatives;
  private final int words;
  private final long[] start;
  private final long[] loop;
  private final long[] accept;

  /// By character the states whose next item accepts it; [#NOTHING] where no state's does.
  private final long[][] moves;

  private Glob(String text, List<List<Item>> alternatives) {
    this.text = text;
    this.alternatives = alternatives;
    int states = 0;
    for (List<Item> alternative : alternatives) {
      states += 1 + (int) alternative.stream().filter(item -> !item.isStar()).count();
    }
    words = (states + Long.SIZE - 1) / Long.SIZE;
    start = new long[words];
    loop = new long[words];
    accept = new long[words];
    moves = new long[GlobParser.CHARACTERS][];
    Arrays.fill(moves, NOTHING);
    int state = 0;
    for (List<Item> alternative : alternatives) {
      state = lay(alternative, state);
    }
  }

  /// Gives an alternative its states; the first one that is free after it.
  private int lay(List<Item> alternative, int first) {
    int state = first;
    set(start, state);
    for (Item item : alternative) {
      if (item.isStar()) {
        set(loop, state);
        continue;
      }
      for (int c = item.accepted().nextSetBit(0); c >= 0; c = item.accepted().nextSetBit(c + 1)) {
        if (moves[c].length == 0) {
          moves[c] = new long[words];
        }
        set(moves[c], state);
      }
      state++;
    }
    set(accept, state);
    return state + 1;
  }

  private static void set(long[] bits, int index) {
    bits[index / Long.SIZE] |= 1L << (index % Long.SIZE);
  }

  /// @throws BadGlob naming what is wrong and where
  public static Glob of(String text) {
    return new Glob(text, GlobParser.parse(text));
  }

  public boolean matches(String subject) {
    return matches(subject, 0, subject.length());
  }

  /// Whether it matches a part of `subject`.
  boolean matches(String subject, int from, int to) {
    if (words == 1) {
      return (run(start[0], subject, from, to) & accept[0]) != 0;
    }
    long[] states = start.clone();
    run(states, subject, from, to);
    return isAccepted(states);
  }

  /// Whether it matches `scheme://host` and a part of `path`, without joining them.
  boolean matchesUrl(String scheme, String host, String path, int pathEnd) {
    if (words == 1) {
      long states = run(start[0], scheme, 0, scheme.length());
      states = run(states, "://", 0, 3);
      states = run(states, host, 0, host.length());
      return (run(states, path, 0, pathEnd) & accept[0]) != 0;
    }
    long[] states = start.clone();
    run(states, scheme, 0, scheme.length());
    run(states, "://", 0, 3);
    run(states, host, 0, host.length());
    run(states, path, 0, pathEnd);
    return isAccepted(states);
  }

  private long run(long first, String subject, int from, int to) {
    long states = first;
    long stay = loop[0];
    for (int i = from; i < to && states != 0; i++) {
      char c = subject.charAt(i);
      long[] move = c < GlobParser.CHARACTERS ? moves[c] : NOTHING;
      states = (move.length == 0 ? 0 : (states & move[0]) << 1) | (states & stay);
    }
    return states;
  }

  private void run(long[] states, String subject, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = subject.charAt(i);
      step(states, c < GlobParser.CHARACTERS ? moves[c] : NOTHING);
    }
  }

  private void step(long[] states, long[] move) {
    long carry = 0;
    for (int word = 0; word < words; word++) {
      long moving = move.length == 0 ? 0 : states[word] & move[word];
      states[word] = (moving << 1) | carry | (states[word] & loop[word]);
      carry = moving >>> (Long.SIZE - 1);
    }
  }

  private boolean isAccepted(long[] states) {
    for (int word = 0; word < words; word++) {
      if ((states[word] & accept[word]) != 0) {
        return true;
      }
    }
    return false;
  }

  /// Whether it surely matches everything that `other` matches. False may mean that this was not
  /// seen.
  ///
  /// The states are run over the items of `other`: a class leaves the states that each of its
  /// characters leaves, a star those that stay whatever comes.
  boolean covers(Glob other) {
    return other.alternatives.stream().allMatch(this::coversAlternative);
  }

  private boolean coversAlternative(List<Item> alternative) {
    long[] states = start.clone();
    for (Item item : alternative) {
      long[] next = loop.clone();
      if (item.isStar()) {
        and(next, states);
      } else {
        Arrays.fill(next, -1L);
        for (int c = item.accepted().nextSetBit(0); c >= 0; c = item.accepted().nextSetBit(c + 1)) {
          long[] stepped = states.clone();
          step(stepped, moves[c]);
          and(next, stepped);
        }
      }
      states = next;
    }
    return isAccepted(states);
  }

  private static void and(long[] bits, long[] others) {
    for (int word = 0; word < bits.length; word++) {
      bits[word] &= others[word];
    }
  }

  /// The sequences that its braces stand for.
  List<List<Item>> alternatives() {
    return alternatives;
  }

  /// How many words each character of a subject costs.
  int words() {
    return words;
  }

  public String text() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Glob glob && text.equals(glob.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
