package dev.terrace.purge.model;

import dev.terrace.purge.Verdict;
import dev.terrace.purge.model.Setting.Outage;

/// A setting in the form that steps ask it in, and the questions that several of them ask of a
/// state. Immutable, but for the memory of its [Judging]; one thread.
final class Guards {
  final Setting setting;
  final int instances;
  final int copies;
  final int lease;
  private final boolean[] planted = new boolean[Planted.values().length];
  private final boolean[] features = new boolean[Feature.values().length];
  private final boolean serving;
  private final int soft;
  private final int covering;
  private final Judging judging = new Judging();

  Guards(Setting setting) {
    this.setting = setting;
    instances = setting.instances();
    copies = setting.copies();
    lease = setting.leaseTicks();
    setting.planted().forEach(bug -> planted[bug.ordinal()] = true);
    setting.features().forEach(feature -> features[feature.ordinal()] = true);
    serving = setting.outage() == Outage.SERVE;
    soft = has(Feature.SOFT) ? Stamps.bit(1) : 0;
    covering = has(Feature.OTHER_KEY) ? ~Stamps.bit(1) : ~0;
  }

  /// Whether this guard is in its place.
  boolean guards(Planted bug) {
    return !planted[bug.ordinal()];
  }

  boolean has(Feature feature) {
    return features[feature.ordinal()];
  }

  boolean serving() {
    return serving;
  }

  /// Whether the silence of a member binds it, sooner or later.
  boolean mayBeStruck() {
    return !serving || has(Feature.FORGETFUL) || !guards(Planted.STRUCK_WHO_SERVES_FOR_EVER);
  }

  boolean isSoft(int purge) {
    return Stamps.contains(soft, purge);
  }

  boolean covers(int purge) {
    return Stamps.contains(covering, purge);
  }

  /// Whether this instance may ever give a receipt. What the others know of members is not played.
  boolean givesReceipts(int instance) {
    return instance == 0
        || setting.purges() > 1
        || has(Feature.RECEIPTS_ANYWHERE)
        || has(Feature.HAND_OVER);
  }

  /// The position with the purges accepted since.
  int stamp(State state, int instance) {
    return Stamps.stamp(state.get(instance, Own.POSITION), state.get(instance, Own.LOC));
  }

  Verdict judge(State state, int instance, int lineage, int fence) {
    if (lineage != state.get(instance, Own.LINEAGE) && guards(Planted.LINEAGE_IGNORED)) {
      return Verdict.SUSPECT;
    }
    return judging.judge(
        stamp(state, instance),
        state.get(instance, Own.VERSION),
        state.get(instance, Own.SOFT_VERSION),
        guards(Planted.FLOOR_IGNORED) ? state.get(instance, Own.FLOOR) : 0,
        fence);
  }

  /// Whether an answer may be given of this entry, as fresh.
  boolean isCurrent(State state, int instance, int lineage, int fence) {
    Verdict verdict = judge(state, instance, lineage, fence);
    return verdict == Verdict.CURRENT
        || verdict == Verdict.SOFT_PURGED && !guards(Planted.SOFT_TAKEN_FOR_CURRENT);
  }

  /// Whether it may answer as stale.
  boolean isStale(State state, int instance, int lineage, int fence) {
    return judge(state, instance, lineage, fence) == Verdict.SOFT_PURGED;
  }

  /// Whether what this instance knows is recent enough for answers.
  boolean mayAnswer(State state, int instance) {
    boolean serves =
        serving && (!state.is(instance, Own.AWAY) || !guards(Planted.SERVING_WITHOUT_MEMBERSHIP));
    return serves || state.is(instance, Own.LEASE) || !guards(Planted.LEASE_IGNORED);
  }

  boolean mayAnswerFromFiles(State state, int instance) {
    return mayAnswer(state, instance)
        || !state.is(instance, Own.INFORMED) && !guards(Planted.FILES_TRUSTED_BEFORE_THE_LEASE);
  }

  /// Whether a request that arrives now may be answered by a fetch that is under way.
  boolean mayJoin(State state, int instance) {
    return mayAnswer(state, instance) || !guards(Planted.CONFIRMATION_REUSED_WITHOUT_A_LEASE);
  }

  /// The generation that a fresh answer from memory, file or a fetch must have, given to a request
  /// that arrives now.
  int needs(State state, int instance) {
    return protectedBy(state, bound(state, instance));
  }

  /// As [#needs], of an answer that is given as stale.
  int needsWhereStale(State state, int instance) {
    return protectedBy(state, bound(state, instance) & ~soft);
  }

  private static int bound(State state, int instance) {
    int bound = state.get(instance, Own.BOUND);
    return state.is(instance, Own.LEASE) ? bound | state.get(Shared.APPLIED_LONG) : bound;
  }

  /// As [#needs], of an answer from Redis: whoever reads Redis has first applied every purge that
  /// was acknowledged without it.
  int needsFromRedis(State state, int instance) {
    return protectedBy(
        state,
        state.get(instance, Own.BOUND) | state.get(Shared.ACKED) | state.get(Shared.APPLIED_LONG));
  }

  /// Where a target lies to an instance that never heard of the purge, nothing is promised.
  private int protectedBy(State state, int purges) {
    if (has(Feature.OLD_TABLES)) {
      return 0;
    }
    return state.get(Shared.WINDOW) == 0 ? Stamps.generation(purges & covering) : 0;
  }
}
