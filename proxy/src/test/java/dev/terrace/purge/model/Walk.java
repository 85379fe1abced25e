package dev.terrace.purge.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/// Goes through a world at random, again and again from its first state, and stops at the first
/// breach. The same seed goes the same ways.
final class Walk {
  /// Long enough for every fault and purge of a setting to happen.
  private static final int STEPS = 400;

  private static final int ORDINARY_WEIGHT = 8;

  private Walk() {}

  /// @param most steps in all
  static Outcome walk(Setting setting, long seed, long most) {
    long begin = System.nanoTime();
    Model model = new Model(setting);
    int[] codes = likely(model.codes());
    Random random = new Random(seed);
    Set<Step> fired = EnumSet.noneOf(Step.class);
    State first = model.first();
    State state = model.newState();
    List<String> trace = new ArrayList<>();
    long steps = 0;
    while (steps < most) {
      state.become(first.bytes, 0);
      int[] taken = new int[STEPS];
      for (int count = 0; count < STEPS; count++) {
        int code = next(model, state, codes, random);
        taken[count] = code;
        fired.add(Model.step(code));
        steps++;
        Breach breach = model.breach(state);
        if (breach != Breach.NONE) {
          for (int index = 0; index <= count; index++) {
            trace.add(Model.describe(taken[index]));
          }
          return outcome(begin, steps, breach, fired, trace);
        }
      }
    }
    return outcome(begin, steps, Breach.NONE, fired, trace);
  }

  /// Faults are rare, or all would be over before anything had happened.
  private static int[] likely(int[] codes) {
    return IntStream.of(codes)
        .flatMap(
            code ->
                IntStream.generate(() -> code)
                    .limit(Model.step(code).isOrdinary() ? ORDINARY_WEIGHT : 1))
        .toArray();
  }

  /// Time can always pass, so there always is a next step.
  private static int next(Model model, State state, int[] codes, Random random) {
    int code;
    do {
      code = codes[random.nextInt(codes.length)];
    } while (!model.apply(state, code));
    return code;
  }

  private static Outcome outcome(
      long begin, long steps, Breach breach, Set<Step> fired, List<String> trace) {
    return new Outcome(
        steps, steps, false, breach, fired, trace, Duration.ofNanos(System.nanoTime() - begin));
  }
}
