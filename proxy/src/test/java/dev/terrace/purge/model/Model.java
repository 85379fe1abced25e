package dev.terrace.purge.model;

import java.util.ArrayList;
import java.util.List;

/// Instances, Redis and clients, in small steps. One thread.
final class Model {
  private static final int INSTANCE_BITS = 2;
  private static final int WAY_BITS = 4;
  private static final Step[] STEPS = Step.values();
  private static final int FIRST_LINEAGE = 1;

  final Guards guards;
  private final PurgeSteps purges;
  private final SyncSteps syncs;
  private final EntrySteps entries;
  private final InstanceFaults instanceFaults;
  private final RedisFaults redisFaults;
  private final Oracle oracle;
  private Breach breach = Breach.NONE;

  Model(Setting setting) {
    guards = new Guards(setting);
    purges = new PurgeSteps(guards);
    syncs = new SyncSteps(guards);
    entries = new EntrySteps(guards);
    instanceFaults = new InstanceFaults(guards, syncs);
    redisFaults = new RedisFaults(guards);
    oracle = new Oracle(guards);
  }

  State newState() {
    return new State(guards.instances, guards.copies);
  }

  /// Everyone is in contact, and every layer has an entry from before the first purge.
  State first() {
    State state = newState();
    state.set(Shared.NEXT_LINEAGE, FIRST_LINEAGE + 1);
    for (Fault fault : Fault.values()) {
      state.allow(fault, guards.setting.allowed(fault));
    }
    state.set(Copies.MASTER, Copy.PRESENT, 1);
    state.set(Copies.MASTER, Copy.RUN, 1);
    state.set(Copies.MASTER, Copy.LINEAGE, FIRST_LINEAGE);
    state.set(Copies.MASTER, Copy.SETTLED, 1);
    boolean cold = guards.has(Feature.COLD);
    if (guards.has(Feature.REDIS_ENTRIES) && !cold) {
      state.set(Copies.MASTER, Copy.ENTRY_LINEAGE, FIRST_LINEAGE);
    }
    state.set(Shared.OLD_ENTRY_LINEAGE, guards.setting.allowed(Fault.OLD_ENTRY) > 0 ? 1 : 0);
    for (int instance = 0; instance < guards.instances; instance++) {
      state.set(instance, Own.UP, 1);
      state.set(instance, Own.LINEAGE, FIRST_LINEAGE);
      if (cold) {
        state.set(instance, Own.AWAY, guards.serving() ? 1 : 0);
      } else {
        warm(state, instance);
      }
    }
    return state;
  }

  private void warm(State state, int instance) {
    state.set(Copies.MASTER, Copy.MEMBER_0, instance, Members.reporting(0));
    state.set(Copies.MASTER, Copy.BEAT_0, instance, Beats.THERE);
    state.set(instance, Own.LEASE, guards.lease);
    state.set(instance, Own.KNOWN, guards.lease);
    state.set(instance, Own.BEATEN, 1);
    state.set(instance, Own.INFORMED, 1);
    state.set(instance, Own.SETTLED, 1);
    state.set(instance, Own.MEMORY_LINEAGE, FIRST_LINEAGE);
    if (guards.has(Feature.FILES)) {
      state.set(instance, Own.FILE_LINEAGE, FIRST_LINEAGE);
    }
    for (int other = 0; other < guards.instances; other++) {
      if (other != instance && guards.givesReceipts(instance)) {
        state.set(instance, Own.MEMBER_0, other, Members.reporting(0));
        state.set(instance, Own.SEEN_0, other, Beats.SEEN);
      }
    }
    if (guards.serving()) {
      int others = (1 << guards.instances) - 1 & ~(1 << instance);
      state.set(instance, Own.KNOWN_MEMBERS, others);
    }
  }

  /// Every step that this setting might ever allow, each of one instance in one way.
  int[] codes() {
    List<Integer> codes = new ArrayList<>();
    for (Step step : STEPS) {
      int subjects = step.who == Step.Who.INSTANCE ? guards.instances : 1;
      for (int instance = 0; instance < subjects; instance++) {
        for (int way = 0; way < step.ways; way++) {
          codes.add((step.ordinal() << INSTANCE_BITS | instance) << WAY_BITS | way);
        }
      }
    }
    return codes.stream().mapToInt(Integer::intValue).toArray();
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
      case SEND -> syncs.send(state, instance);
      case RUN -> syncs.run(state, instance);
      case REPLY -> syncs.reply(state, instance);
      case ASK_FOR_THE_RIGHTFUL -> syncs.askForTheRightful(state, instance, way);
      case BIRTH -> syncs.bear(state, instance);
      case FETCH -> fetch(state, instance, way);
      case JUDGE_BASE -> entries.judgeBase(state, instance);
      case JOIN -> entries.join(state, instance);
      case COMMIT -> commit(state, instance, way);
      case WRITE_TO_REDIS -> entries.writeToRedis(state, instance);
      case WRITE_FILE -> entries.writeFile(state, instance);
      case PROMOTE_FILE -> entries.promoteFile(state, instance);
      case LOOK_UP -> entries.lookUp(state, instance);
      case ANSWER_FROM_REDIS -> answerFromRedis(state, instance);
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
    };
  }

  private boolean fetch(State state, int instance, int way) {
    boolean renewsPurged = entries.renewsPurged(state, instance, way);
    if (!entries.fetch(state, instance, way)) {
      return false;
    }
    breach = renewsPurged ? Breach.CONFIRMED : Breach.NONE;
    return true;
  }

  private boolean commit(State state, int instance, int way) {
    if (!entries.mayCommit(state, instance, way)) {
      return false;
    }
    breach = entries.commit(state, instance, way);
    return true;
  }

  private boolean answerFromRedis(State state, int instance) {
    if (!state.is(instance, Own.LOOKUP_LINEAGE)) {
      return false;
    }
    breach = entries.answerFromRedis(state, instance);
    return true;
  }
}
