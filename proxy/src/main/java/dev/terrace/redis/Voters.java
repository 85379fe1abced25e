package dev.terrace.redis;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The Sentinels that count, each of them once: by the id that it gives itself and that the others
/// list it under. Addresses are only ways to reach one: the name that the operator gave, the
/// address that it announces, both or one of them. Safe for use by any thread.
///
/// A Sentinel counts from when it answers or is listed, until most of those that count answer and
/// none of them lists it. There are never fewer than seeds: one that was never reached is taken for
/// one that is listed, and counts as one more only where there are too few of those.
final class Voters {
  /// Sentinels that are known at most; more than anybody runs.
  private static final int MOST = 64;

  /// What one Sentinel says of itself and of the others.
  ///
  /// @param from where it was asked
  /// @param id its own; empty where it cannot tell and nobody lists it there
  /// @param others the ids and addresses of those that it lists
  record Word(Node from, String id, Map<String, Node> others) {
    Word {
      others = Map.copyOf(others);
    }

    /// Who it is; where it cannot tell, something that no id is.
    String voter() {
      return id.isEmpty() ? from.toString() : id;
    }
  }

  private final Set<Node> seeds;

  // Guarded by this.

  /// Where each that counts is listed, or was reached if nobody lists it.
  private final Map<String, Node> known = new HashMap<>();

  /// Who answered last at each seed.
  private final Map<Node, String> reached = new HashMap<>();

  /// Those at whose address there is somebody new.
  private final Set<String> displaced = new HashSet<>();

  Voters(List<Node> seeds) {
    this.seeds = Set.copyOf(seeds);
  }

  /// Every way to reach one.
  synchronized Set<Node> addresses() {
    Set<Node> all = new HashSet<>(known.values());
    all.addAll(seeds);
    return all;
  }

  /// Who is listed at an address; empty where that is nobody.
  synchronized String listedAt(Node address) {
    return known.entrySet().stream()
        .filter(one -> one.getValue().equals(address))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("");
  }

  /// Learns who there is.
  ///
  /// @return false if the word is worth nothing: an address that was listed may be another
  ///   machine's in this network, and neither the operator nor a Sentinel has named who answers
  synchronized boolean hear(Word word) {
    if (seeds.contains(word.from())) {
      reach(word.from(), word.id());
    } else if (!known.containsKey(word.id())) {
      return false;
    }
    word.others().forEach((id, address) -> add(id, address, listedAt(address)));
    return true;
  }

  /// Those that are gone count no longer. A Sentinel that was started anew where it was has another
  /// id, which takes the place of its former one: one for one, so that those that answer at one
  /// address in turn do not push each other out.
  ///
  /// @param words of all that answered one question
  synchronized void forgetGone(Collection<Word> words) {
    Set<String> answered = new HashSet<>();
    Set<String> vouched = new HashSet<>();
    for (Word word : words) {
      answered.add(word.id());
      vouched.add(word.id());
      vouched.addAll(word.others().keySet());
    }
    known.keySet().removeIf(id -> displaced.contains(id) && !vouched.contains(id));
    displaced.clear();
    if (areMost(answered)) {
      known.keySet().retainAll(vouched);
    }
  }

  /// Whether these are more than half of all that count, whether they answer or not.
  synchronized boolean areMost(Set<String> voters) {
    Set<String> named = new HashSet<>();
    seeds.forEach(seed -> named.add(reached.getOrDefault(seed, seed.toString())));
    long those = voters.stream().filter(known::containsKey).count();
    return 2 * those > Math.max(known.size(), named.size());
  }

  private void reach(Node seed, String id) {
    if (id.isEmpty()) {
      return;
    }
    String before = reached.getOrDefault(seed, listedAt(seed));
    reached.put(seed, id);
    if (!known.containsKey(id)) {
      add(id, seed, before);
    }
  }

  /// @param before who was there, empty for nobody
  private void add(String id, Node address, String before) {
    boolean isKnown = known.containsKey(id);
    if (isKnown || known.size() < MOST) {
      known.put(id, address);
    }
    if (!isKnown) {
      displaced.add(before);
    }
  }
}
