package dev.terrace.purge.model;

/// What may happen next; the protocol's steps have the names that the decision page gives them.
enum Step {
  TICK(Who.WORLD, 1),

  RECEIVE(Who.INSTANCE, 1),
  HAND_OVER(Who.INSTANCE, State.MOST_PURGES * State.MOST_INSTANCES),
  ACKNOWLEDGE(Who.INSTANCE, State.MOST_PURGES),
  SAY_APPLIED(Who.INSTANCE, State.MOST_PURGES),

  STRIKE(Who.INSTANCE, State.MOST_INSTANCES),
  SEND(Who.INSTANCE, 1),
  RUN(Who.INSTANCE, 1),
  REPLY(Who.INSTANCE, 1),
  ASK_FOR_THE_RIGHTFUL(Who.INSTANCE, State.MOST_INSTANCES),
  BIRTH(Who.INSTANCE, 1),

  FETCH(Who.INSTANCE, 2),
  JUDGE_BASE(Who.INSTANCE, 1),
  JOIN(Who.INSTANCE, 1),
  COMMIT(Who.INSTANCE, 2),
  WRITE_TO_REDIS(Who.INSTANCE, 1),
  WRITE_FILE(Who.INSTANCE, 1),
  PROMOTE_FILE(Who.INSTANCE, 1),
  LOOK_UP(Who.INSTANCE, 1),
  ANSWER_FROM_REDIS(Who.INSTANCE, 1),

  CUT(Who.INSTANCE, 1),
  HEAL(Who.INSTANCE, 1),
  LOSE_REPLY(Who.INSTANCE, 1),
  CRASH(Who.INSTANCE, 1),
  LOSE_JOURNAL(Who.INSTANCE, 1),
  LEAVE(Who.INSTANCE, 1),
  START(Who.INSTANCE, 1),
  CONNECT_ELSEWHERE(Who.INSTANCE, 1),

  EVICT(Who.WORLD, 1),
  FLUSH(Who.WORLD, 1),
  TRIM(Who.WORLD, 1),
  LOSE_RECORD(Who.WORLD, State.MOST_PURGES),
  SAVE(Who.WORLD, 1),
  RESTART_REDIS(Who.WORLD, 1),
  RESTART_REDIS_WITH_SAVED(Who.WORLD, 1),
  RESTORE_IN_PLACE(Who.WORLD, 1),
  PROMOTE_REPLICA(Who.WORLD, 2),
  NAME_REPLICA(Who.WORLD, State.MOST_INSTANCES),
  RESTORE_OLD_ENTRY(Who.WORLD, 1);

  enum Who {
    INSTANCE,
    WORLD
  }

  final Who who;

  /// Whether it is part of how things should go, not a [Fault].
  boolean isOrdinary() {
    return compareTo(CUT) < 0 || this == HEAL || this == START;
  }

  /// How many different ways it may go.
  final int ways;

  Step(Who who, int ways) {
    this.who = who;
    this.ways = ways;
  }
}
