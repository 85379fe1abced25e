package dev.terrace.admin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The receipts of the last purges; the oldest are forgotten first. Safe for use by any thread.
final class Receipts {
  static final int MAX_RECEIPTS = 1_000;

  private final Map<String, ObjectNode> byId = new LinkedHashMap<>();

  synchronized void keep(String id, ObjectNode receipt) {
    byId.put(id, receipt);
    if (byId.size() > MAX_RECEIPTS) {
      byId.remove(byId.keySet().iterator().next());
    }
  }

  synchronized Optional<ObjectNode> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }
}
