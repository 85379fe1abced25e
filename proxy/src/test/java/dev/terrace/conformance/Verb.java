package dev.terrace.conformance;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// A kind of step, known by its words.
record Verb(Pattern pattern, Action action) {
  @FunctionalInterface
  interface Action {
    void run(MatchResult match, Details details) throws Exception;
  }

  static Verb of(String pattern, Action action) {
    return new Verb(Pattern.compile(pattern), action);
  }
}
