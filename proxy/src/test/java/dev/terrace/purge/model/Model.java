package dev.terrace.purge.model;

import java.util.ArrayList;
import java.util.List;

/// Instances, Redis and clients, in small steps. One thread.
final class Model {
  private static final int INSTANCE_BITS = 2;
  private static final int WAY_BITS = 4;
  private static final Step[] STEPS = Step.values();

  final Guards guards;
  private final PurgeSteps purges;
  private final SyncSteps syncs;
  private final FetchSteps fetches;
  private final LayerSteps layers;
  private final InstanceFaults instanceFaults;
  private final RedisFaults redisFaults;
  private final Oracle oracle;
  private Breach breach = Breach.NONE;

  Model(Setting setting) {
    guards = new Guards(setting);
    purges = new PurgeSteps(guards);
    syncs = new SyncSteps(guards);
    fetches = new FetchSteps(guards);
    layers = new LayerSteps(guards);
    instanceFaults = new InstanceFaults(guards);
    redisFaults = new RedisFaults(guards);
    oracle = new Oracle(guards);
  }

  State newState() {
    return new State(guards.instances, guards.copies);
  }

  State first() {
    return Beginning.of(guards, newState());
  }

  /// Every step that this setting might ever allow, each of one instance in one way.
  int[] codes() {
    List<Integer> codes = new ArrayList<>();
    for (Step step : STEPS) {
      int subjects = step.who == Step.Who.INSTANCE ? guards.instances : 1;
      for (int instance = 0; instance < subjects; instance++) {
        for (int way = 0; way < step.ways; way++) {
          codes.add(code(step, instance, way));
        }
      }
    }
    return codes.stream().mapToInt(Integer::intValue).toArray();
  }

  static int code(Step step, int instance, int way) {
    return (step.ordinal() << INSTANCE_BITS | instance) << WAY_BITS | way;
  }

  static Step step(int code) {
    return STEPS[code >> INSTANCE_BITS + WAY_BITS];
  }

  static String describe(int code) {
    Step step = step(code);
    String subject =
        step.who == Step.Who.INSTANCE ? " " + (code >> WAY_BITS & (1 << INSTANCE_BITS) - 1) : "";
    return step + subject + (step.ways > 1 ? " way " + (code & (1 << WAY_BITS) - 1) : "");
  }

  /// Does a step, if it can happen.
  ///
  /// @return false if it cannot; then the state is as it was
  boolean apply(State state, int code) {
    breach = Breach.NONE;
    int instance = code >> WAY_BITS & (1 << INSTANCE_BITS) - 1;
    int way = code & (1 << WAY_BITS) - 1;
    return apply(state, step(code), instance, way);
  }

  /// What the last step did wrong.
  Breach breach() {
    return breach;
  }

  /// What the last step, or any answer that could be given in the state after it, does wrong.
  Breach breach(State state) {
    return breach == Breach.NONE ? oracle.breach(state) : breach;
  }

  private boolean apply(State state, Step step, int instance, int way) {
    return switch (step) {
      case TICK -> Time.tick(guards, state);
      case RECEIVE -> purges.receive(state, instance);
      case HAND_OVER -> purges.handOver(state, instance, way);
      case ACKNOWLEDGE -> purges.acknowledge(state, instance, way);
      case SAY_APPLIED -> purges.sayApplied(state, instance, way);
      case STRIKE -> syncs.strike(state, instance, way);
      case SEND -> syncs.send(state, instance);
      case RUN -> syncs.run(state, instance);
      case REPLY -> syncs.reply(state, instance);
      case ASK_FOR_THE_RIGHTFUL -> syncs.askForTheRightful(state, instance, way);
      case BIRTH -> syncs.bear(state, instance);
      case FETCH -> fetch(state, instance, way);
      case JUDGE_BASE -> fetches.judgeBase(state, instance);
      case JOIN -> fetches.join(state, instance);
      case COMMIT -> commit(state, instance, way);
      case WRITE_TO_REDIS -> layers.writeToRedis(state, instance);
      case WRITE_FILE -> layers.writeFile(state, instance);
      case PROMOTE_FILE -> layers.promoteFile(state, instance);
      case LOOK_UP -> layers.lookUp(state, instance);
      case ANSWER_FROM_REDIS -> answerFromRedis(state, instance);
      default -> applyFault(state, step, instance, way);
    };
  }

  private boolean applyFault(State state, Step step, int instance, int way) {
    return switch (step) {
      case CUT -> instanceFaults.cut(state, instance);
      case HEAL -> instanceFaults.heal(state, instance);
      case LOSE_REPLY -> instanceFaults.loseReply(state, instance);
      case CRASH -> instanceFaults.crash(state, instance);
      case LOSE_JOURNAL -> instanceFaults.loseJournal(state, instance);
      case LEAVE -> instanceFaults.leave(state, instance);
      case START -> instanceFaults.start(state, instance);
      case CONNECT_ELSEWHERE -> instanceFaults.connectElsewhere(state, instance);
      case EVICT -> redisFaults.evict(state);
      case FLUSH -> redisFaults.flush(state);
      case TRIM -> redisFaults.trim(state);
      case LOSE_RECORD -> redisFaults.loseRecord(state, way);
      case SAVE -> redisFaults.save(state);
      case RESTART_REDIS -> redisFaults.restart(state);
      case RESTART_REDIS_WITH_SAVED -> redisFaults.restartWithSaved(state);
      case RESTORE_IN_PLACE -> redisFaults.restoreInPlace(state);
      case PROMOTE_REPLICA -> redisFaults.promoteReplica(state, way);
      case NAME_REPLICA -> redisFaults.nameReplica(state, way);
      case RESTORE_OLD_ENTRY -> redisFaults.restoreOldEntry(state);
      default -> throw new IllegalArgumentException(step + " is no fault");
    };
  }

  private boolean fetch(State state, int instance, int way) {
    boolean renewsPurged = fetches.renewsPurged(state, instance, way);
    if (!fetches.fetch(state, instance, way)) {
      return false;
    }
    breach = renewsPurged ? Breach.CONFIRMED : Breach.NONE;
    return true;
  }

  private boolean commit(State state, int instance, int way) {
    if (!fetches.mayCommit(state, instance, way)) {
      return false;
    }
    breach = fetches.commit(state, instance, way);
    return true;
  }

  private boolean answerFromRedis(State state, int instance) {
    if (!state.is(instance, Own.LOOKUP_LINEAGE)) {
      return false;
    }
    breach = layers.answerFromRedis(state, instance);
    return true;
  }
}
