package dev.terrace.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which node of a cluster has which hash slot. Immutable.
final class SlotTable {
  static final int SLOTS = 16_384;

  /// No slot or port is larger.
  private static final int LARGEST = 1 << 16;

  private final List<Optional<Node>> owners;
  private final List<Node> masters;
  private final Set<Node> all;

  private SlotTable(List<Optional<Node>> owners, List<Node> masters, Set<Node> all) {
    this.owners = owners;
    this.masters = masters;
    this.all = all;
  }

  /// From an answer to CLUSTER SLOTS: for each range its first and last slot, its master, replicas.
  ///
  /// @param asked the node that answered: the host of those that it does not name
  /// @throws IOException if it is not such an answer, or names no node
  static SlotTable parse(List<Object> answer, Node asked) throws IOException {
    List<Optional<Node>> owners = new ArrayList<>();
    for (int i = 0; i < SLOTS; i++) {
      owners.add(Optional.empty());
    }
    Set<Node> masters = new LinkedHashSet<>();
    Set<Node> all = new LinkedHashSet<>();
    for (Object one : answer) {
      List<?> range = list(one);
      int first = number(range, 0);
      int last = number(range, 1);
      if (last >= SLOTS || range.size() < 3) {
        throw malformed();
      }
      Optional<Node> master = Optional.of(node(list(range.get(2)), asked));
      masters.add(master.get());
      for (int i = first; i <= last; i++) {
        owners.set(i, master);
      }
      for (Object node : range.subList(2, range.size())) {
        all.add(node(list(node), asked));
      }
    }
    if (masters.isEmpty()) {
      throw new IOException("the Redis Cluster at " + asked + " has no slots yet");
    }
    return new SlotTable(List.copyOf(owners), List.copyOf(masters), Set.copyOf(all));
  }

  /// Empty where no node has the slot.
  Optional<Node> owner(int slot) {
    return owners.get(slot);
  }

  List<Node> masters() {
    return masters;
  }

  /// Masters and replicas.
  Set<Node> all() {
    return all;
  }

  private static Node node(List<?> fields, Node asked) throws IOException {
    String host = fields.isEmpty() ? "" : text(fields.getFirst());
    // A node that does not know its own name means the one that it was reached by.
    boolean unknown = host.isEmpty() || host.equals("?");
    return new Node(unknown ? asked.host() : host, number(fields, 1));
  }

  private static String text(Object field) {
    return field instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
  }

  private static List<?> list(Object field) throws IOException {
    if (field instanceof List<?> list) {
      return list;
    }
    throw malformed();
  }

  private static int number(List<?> fields, int index) throws IOException {
    if (index < fields.size()
        && fields.get(index) instanceof Long number
        && number >= 0
        && number < LARGEST) {
      return Math.toIntExact(number);
    }
    throw malformed();
  }

  private static IOException malformed() {
    return new IOException("the answer to CLUSTER SLOTS is malformed");
  }
}
