package dev.terrace.purge.redis;

import dev.terrace.purge.PurgeRequest;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Purges accepted here, until the log has them; then, and of those of others, what is known of
/// them, for receipts. Guarded by its owner.
final class Pending {
  private static final int MOST_LOGGED = 10_000;

  /// Purges that wait and were answered; more are folded.
  private static final Load MOST_PROMISED = new Load(50_000, 64L << 20);

  /// Of invalidations that wait; more are not passed on.
  private static final Load MOST_UNPROMISED = new Load(5_000, 16L << 20);

  /// With their scopes.
  private static final Load MOST_REMEMBERED = new Load(1_000, 16L << 20);

  /// Purges in one step.
  private static final int MOST_ASKED = 100;

  /// Bytes of scopes in one step, more or less.
  private static final int MOST_ASKED_BYTES = 4 << 20;

  /// @param lineage in which the log has it
  record Logged(long lineage, long seq) {}

  /// What was put in place of others.
  ///
  /// @param ids that do not wait any more
  /// @param instead that wait in their place
  record Fold(List<String> ids, List<PurgeRequest> instead) {}

  /// How much waits.
  ///
  /// @param bytes of records, at the most
  private record Load(int count, long bytes) {
    static final Load NONE = new Load(0, 0);

    Load plus(int sign, PurgeRequest purge) {
      return new Load(count + sign, bytes + (long) sign * ControlKey.mostBytes(purge));
    }

    boolean isWithin(Load most) {
      return count <= most.count && bytes <= most.bytes;
    }
  }

  private final LinkedHashMap<String, PurgeRequest> waiting = new LinkedHashMap<>();
  private Load promised = Load.NONE;

  /// Ids of waiting ones that nobody was promised anything of.
  private final Set<String> unpromised = new HashSet<>();

  private Load unpromisedLoad = Load.NONE;

  /// Ids of folded purges, and of those in their place.
  private final LinkedHashMap<String, String> folded = new LinkedHashMap<>();

  private final Map<String, Logged> found = new LinkedHashMap<>();
  private final LinkedHashMap<String, PurgeRequest> remembered = new LinkedHashMap<>();
  private Load rememberedLoad = Load.NONE;
  private final LinkedHashMap<String, Logged> logged =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Logged> eldest) {
          return size() > MOST_LOGGED;
        }
      };

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /// The id under which it waits or was logged: another one if it was folded.
  String current(String id) {
    return folded.getOrDefault(id, id);
  }

  boolean isKnown(String id) {
    return waiting.containsKey(current(id)) || logged.containsKey(current(id));
  }

  /// Whether a purge that covers the same waits under this id, or the log surely had it. Of some it
  /// is forgotten.
  boolean isAsked(PurgeRequest purge) {
    return isKnown(purge.id())
        && remembered(purge.id()).filter(known -> isSame(known, purge)).isPresent();
  }

  private static boolean isSame(PurgeRequest one, PurgeRequest other) {
    return one.mode() == other.mode()
        && Set.copyOf(one.scopes()).equals(Set.copyOf(other.scopes()));
  }

  boolean isWaiting(String id) {
    return waiting.containsKey(id);
  }

  Optional<Logged> logged(String id) {
    return Optional.ofNullable(logged.get(id));
  }

  int size() {
    return waiting.size();
  }

  /// Whatever was under its id was another, or is asked for again.
  void add(PurgeRequest purge) {
    remove(purge.id());
    found.remove(purge.id());
    folded.remove(purge.id());
    waiting.put(purge.id(), purge);
    promised = promised.plus(1, purge);
  }

  /// Adds one that nobody was promised anything of, unless too many of them wait.
  void offer(PurgeRequest purge) {
    Load load = unpromisedLoad.plus(1, purge);
    if (load.isWithin(MOST_UNPROMISED)) {
      waiting.put(purge.id(), purge);
      unpromised.add(purge.id());
      unpromisedLoad = load;
    }
  }

  private void remove(String id) {
    PurgeRequest removed = waiting.remove(id);
    if (removed == null) {
      return;
    }
    if (unpromised.remove(id)) {
      unpromisedLoad = unpromisedLoad.plus(-1, removed);
    } else {
      promised = promised.plus(-1, removed);
    }
  }

  /// Puts one purge of everything a mode in place of what waits, if that is too much: it covers the
  /// same and more, and since it gets a place in the log later than any of them was accepted,
  /// everything that they cover.
  Optional<Fold> fold(Instant at, RandomGenerator random) {
    if (promised.isWithin(MOST_PROMISED)) {
      return Optional.empty();
    }
    Map<Mode, PurgeRequest> instead = new EnumMap<>(Mode.class);
    Map<String, String> places = new LinkedHashMap<>();
    for (PurgeRequest purge : waiting.values()) {
      PurgeRequest everything =
          instead.computeIfAbsent(purge.mode(), mode -> everything(mode, at, random));
      places.put(purge.id(), everything.id());
    }
    folded.replaceAll((_, id) -> places.getOrDefault(id, id));
    folded.putAll(places);
    while (folded.size() > MOST_LOGGED) {
      folded.pollFirstEntry();
    }
    found.keySet().removeAll(places.keySet());
    waiting.values().forEach(this::remember);
    waiting.clear();
    unpromised.clear();
    promised = Load.NONE;
    unpromisedLoad = Load.NONE;
    instead.values().forEach(this::add);
    return Optional.of(new Fold(List.copyOf(places.keySet()), List.copyOf(instead.values())));
  }

  private static PurgeRequest everything(Mode mode, Instant at, RandomGenerator random) {
    return new PurgeRequest(
        UUID.randomUUID().toString(), random.nextLong(), List.of(new Scope.Everything()), mode, at);
  }

  List<PurgeRequest> all() {
    return List.copyOf(waiting.values());
  }

  /// Those that were answered.
  List<PurgeRequest> promised() {
    return waiting.values().stream().filter(purge -> !unpromised.contains(purge.id())).toList();
  }

  /// Whether there are some that the log is not known to have.
  boolean hasNext() {
    return waiting.keySet().stream().anyMatch(id -> !found.containsKey(id));
  }

  /// The next to be put into the log.
  List<PurgeRequest> next() {
    List<PurgeRequest> next = new ArrayList<>();
    int bytes = 0;
    for (PurgeRequest purge : waiting.values()) {
      if (found.containsKey(purge.id())) {
        continue;
      }
      bytes += ControlKey.mostBytes(purge);
      if (next.size() == MOST_ASKED || (bytes > MOST_ASKED_BYTES && !next.isEmpty())) {
        break;
      }
      next.add(purge);
    }
    return next;
  }

  /// The log has this record, as far as an answer tells that may be of a node that is not the
  /// rightful one. Another purge may wait under its id.
  void found(PurgeRequest record, long lineage, long seq) {
    PurgeRequest own = waiting.get(record.id());
    if (own == null || isSame(own, record)) {
      found(record.id(), lineage, seq);
    }
  }

  /// The log has what waits under this id.
  void found(String id, long lineage, long seq) {
    found.put(id, new Logged(lineage, seq));
  }

  /// Ids of purges accepted here that were found and wait for a rightful answer.
  List<String> foundIds() {
    return found.keySet().stream().filter(waiting::containsKey).toList();
  }

  /// Keeps what was asked for, here or elsewhere, for who asks for its receipt.
  void remember(PurgeRequest purge) {
    PurgeRequest before = remembered.remove(purge.id());
    if (before != null) {
      rememberedLoad = rememberedLoad.plus(-1, before);
    }
    remembered.put(purge.id(), purge);
    rememberedLoad = rememberedLoad.plus(1, purge);
    while (!rememberedLoad.isWithin(MOST_REMEMBERED)) {
      PurgeRequest eldest = remembered.pollFirstEntry().getValue();
      rememberedLoad = rememberedLoad.plus(-1, eldest);
    }
  }

  Optional<PurgeRequest> remembered(String id) {
    return Optional.ofNullable(waiting.get(id)).or(() -> Optional.ofNullable(remembered.get(id)));
  }

  /// What was found is sure.
  void confirmFound() {
    found.forEach(
        (id, place) -> {
          remove(id);
          logged.put(id, place);
        });
    found.clear();
  }

  /// What was found was found in a lineage that is left.
  void forgetFound() {
    found.clear();
  }

  /// Everything that waits.
  Map<Mode, List<Scope>> scopes() {
    Map<Mode, List<Scope>> scopes = new EnumMap<>(Mode.class);
    waiting
        .values()
        .forEach(
            purge ->
                scopes
                    .computeIfAbsent(purge.mode(), _ -> new ArrayList<>())
                    .addAll(purge.scopes()));
    return scopes;
  }
}
