package dev.terrace.purge;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;

/// The versions of prefixes, for lookup of every prefix of a path at once. Immutable.
///
/// The prefixes are sorted. Whatever prefix of a path there is stands at or before the greatest
/// element that does not sort behind the path, and every element between the two begins with it. So
/// it is reached from that element by going to ever shorter prefixes, each linked to the longest
/// other one that it begins with. Each element carries the versions of those that it begins with,
/// so the first that the path begins with says all.
final class Prefixes {
  static final Prefixes NONE = new Prefixes(new Element[0]);

  private static final int NO_PARENT = -1;

  private record Element(String prefix, Version version, int parent) {}

  private final Element[] elements;

  private Prefixes(Element[] elements) {
    this.elements = elements;
  }

  static Prefixes of(SortedMap<String, Version> versions) {
    Element[] elements = new Element[versions.size()];
    int next = 0;
    for (Map.Entry<String, Version> entry : versions.entrySet()) {
      int parent = next - 1;
      while (parent != NO_PARENT && !entry.getKey().startsWith(elements[parent].prefix)) {
        parent = elements[parent].parent;
      }
      Version inherited = parent == NO_PARENT ? Version.NONE : elements[parent].version;
      elements[next] = new Element(entry.getKey(), entry.getValue().and(inherited), parent);
      next++;
    }
    return new Prefixes(elements);
  }

  /// The newest purges of all prefixes of `path` together.
  Version covering(String path) {
    int index =
        Arrays.binarySearch(
            elements,
            new Element(path, Version.NONE, NO_PARENT),
            Comparator.comparing(Element::prefix));
    int candidate = index >= 0 ? index : -index - 2;
    while (candidate != NO_PARENT && !path.startsWith(elements[candidate].prefix)) {
      candidate = elements[candidate].parent;
    }
    return candidate == NO_PARENT ? Version.NONE : elements[candidate].version;
  }
}
