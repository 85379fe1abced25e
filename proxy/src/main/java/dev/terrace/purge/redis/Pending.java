package dev.terrace.purge.redis;

import dev.terrace.purge.PurgeRequest;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Purges accepted here, until the log has them; then, and of those of others, what is known of
/// them, for receipts. Guarded by its owner.
final class Pending {
  private static final int MOST_LOGGED = 10_000;

  /// Purges that wait and were answered; more are folded.
  private static final Requests.Bound MOST_PROMISED = new Requests.Bound(50_000, 64L << 20);

  /// Of invalidations that wait; more are not passed on.
  private static final Requests.Bound MOST_UNPROMISED = new Requests.Bound(5_000, 16L << 20);

  /// With their scopes.
  private static final Requests.Bound MOST_REMEMBERED = new Requests.Bound(1_000, 16L << 20);

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

  /// What waits and was answered, and what waits of which nobody was promised anything.
  private final Requests promised = new Requests();

  private final Requests unpromised = new Requests();

  /// Ids of folded purges, and of those in their place.
  private final LinkedHashMap<String, String> folded = new LinkedHashMap<>();

  // What the log has, as far as an answer tells that may be of a node that is not the rightful one:
  // nobody is told of it yet. What waits here, and the newest of the rest.
  private final Map<String, Logged> found = new LinkedHashMap<>();
  private final Map<String, Logged> foundOthers = newest();

  private final Requests unsure = new Requests();
  private final Requests remembered = new Requests();
  private final Map<String, Logged> logged = newest();

  private static Map<String, Logged> newest() {
    return new LinkedHashMap<>() {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, Logged> eldest) {
        return size() > MOST_LOGGED;
      }
    };
  }

  boolean isEmpty() {
    return promised.isEmpty() && unpromised.isEmpty();
  }

  /// The id under which it waits or was logged: another one if it was folded.
  String current(String id) {
    return folded.getOrDefault(id, id);
  }

  boolean isKnown(String id) {
    return isWaiting(current(id)) || logged.containsKey(current(id));
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
    return promised.contains(id) || unpromised.contains(id);
  }

  private Optional<PurgeRequest> waiting(String id) {
    return promised.get(id).or(() -> unpromised.get(id));
  }

  Optional<Logged> logged(String id) {
    return Optional.ofNullable(logged.get(id));
  }

  int size() {
    return promised.size() + unpromised.size();
  }

  /// Whatever was under its id was another, or is asked for again.
  void add(PurgeRequest purge) {
    found.remove(purge.id());
    foundOthers.remove(purge.id());
    folded.remove(purge.id());
    unpromised.remove(purge.id());
    promised.put(purge);
  }

  /// Adds one that nobody was promised anything of, unless too many of them wait.
  void offer(PurgeRequest purge) {
    unpromised.put(purge);
    if (!unpromised.isWithin(MOST_UNPROMISED)) {
      unpromised.remove(purge.id());
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
    for (PurgeRequest purge : promised.all()) {
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
    promised.all().forEach(purge -> remember(purge, remembered));
    promised.clear();
    instead.values().forEach(this::add);
    return Optional.of(new Fold(List.copyOf(places.keySet()), List.copyOf(instead.values())));
  }

  private static PurgeRequest everything(Mode mode, Instant at, RandomGenerator random) {
    return new PurgeRequest(
        UUID.randomUUID().toString(), random.nextLong(), List.of(new Scope.Everything()), mode, at);
  }

  /// Those that were answered.
  List<PurgeRequest> promised() {
    return List.copyOf(promised.all());
  }

  /// Whether there are some that the log is not known to have.
  boolean hasNext() {
    return waiting().anyMatch(purge -> !found.containsKey(purge.id()));
  }

  private Stream<PurgeRequest> waiting() {
    return Stream.concat(promised.all().stream(), unpromised.all().stream());
  }

  /// The next to be put into the log, those that were answered first.
  List<PurgeRequest> next() {
    List<PurgeRequest> next = new ArrayList<>();
    int bytes = 0;
    Iterator<PurgeRequest> missing =
        waiting().filter(purge -> !found.containsKey(purge.id())).iterator();
    while (missing.hasNext()) {
      PurgeRequest purge = missing.next();
      bytes += ControlKey.mostBytes(purge);
      if (next.size() == MOST_ASKED || (bytes > MOST_ASKED_BYTES && !next.isEmpty())) {
        break;
      }
      next.add(purge);
    }
    return next;
  }

  /// The log has this record. Another purge may wait under its id.
  void found(PurgeRequest record, long lineage, long seq) {
    Optional<PurgeRequest> own = waiting(record.id());
    if (own.filter(waiting -> !isSame(waiting, record)).isEmpty()) {
      (own.isPresent() ? found : foundOthers).put(record.id(), new Logged(lineage, seq));
      remember(record, unsure);
    }
  }

  /// The log has what waits under this id.
  void found(String id, long lineage, long seq) {
    waiting(id).ifPresent(own -> found(own, lineage, seq));
  }

  /// Ids of purges accepted here that were found and wait for a rightful answer.
  List<String> foundIds() {
    return List.copyOf(found.keySet());
  }

  /// Keeps what was asked for, here or elsewhere, for who asks for its receipt.
  private static void remember(PurgeRequest purge, Requests newest) {
    newest.put(purge);
    while (!newest.isWithin(MOST_REMEMBERED)) {
      newest.removeOldest();
    }
  }

  Optional<PurgeRequest> remembered(String id) {
    return waiting(id).or(() -> remembered.get(id));
  }

  /// What was found is sure.
  void confirmFound() {
    logged.putAll(foundOthers);
    found.forEach(
        (id, place) -> {
          promised.remove(id);
          unpromised.remove(id);
          logged.put(id, place);
        });
    unsure.all().forEach(purge -> remember(purge, remembered));
    forgetFound();
  }

  /// What was found was found in a lineage that is left.
  void forgetFound() {
    found.clear();
    foundOthers.clear();
    unsure.clear();
  }

  /// Everything that waits.
  Map<Mode, List<Scope>> scopes() {
    Map<Mode, List<Scope>> scopes = new EnumMap<>(Mode.class);
    waiting()
        .forEach(
            purge ->
                scopes
                    .computeIfAbsent(purge.mode(), _ -> new ArrayList<>())
                    .addAll(purge.scopes()));
    return scopes;
  }
}
