package dev.terrace.admin;

import dev.terrace.layer.Layer;
import dev.terrace.purge.Standing;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What has become of a purge, as a receipt tells it.
final class ReceiptView {
  private static final String APPLIED = "applied";
  private static final String PENDING = "pending";

  private ReceiptView() {}

  static void describe(Standing standing, AdminParts parts, ObjectNode receipt) {
    ObjectNode layers = receipt.putObject("layers");
    for (Layer layer : parts.layers()) {
      // Layers are judged on read by the one table: what it knows binds all of them here. Files
      // outlive it, and Redis is read by others.
      boolean isPending =
          switch (layer.name()) {
            case MEMORY -> false;
            case REDIS -> standing.log() == Standing.Logged.PENDING;
            case FILE -> !standing.isDurable();
          };
      layers.put(layer.name().word(), isPending ? PENDING : APPLIED);
    }
    ArrayNode instances = receipt.putArray("instances");
    instances
        .addObject()
        .put("instance", parts.instance())
        .put("status", standing.isDurable() ? APPLIED : PENDING);
    for (Standing.Instance other : standing.others()) {
      instances
          .addObject()
          .put("instance", other.id())
          .put("status", other.state().name().toLowerCase(Locale.ROOT));
    }
    if (!standing.isComplete()) {
      reasons(standing, receipt.putArray("pending"));
    }
  }

  private static void reasons(Standing standing, ArrayNode reasons) {
    if (!standing.isDurable()) {
      reasons.add("a restart of this instance might forget it; it is written again every second");
    }
    if (standing.log() == Standing.Logged.PENDING) {
      reasons.add("Redis does not have it; other instances are bound once it does");
    } else if (!standing.isSettled()) {
      reasons.add(
          "instances that followed an older log of Redis may not have noticed yet; within some 60 s"
              + " of its begin they have");
    }
    for (Standing.Instance other : standing.others()) {
      if (other.state() == Standing.State.PENDING) {
        reasons.add(
            "instance "
                + other.id()
                + " has not applied it; it does as soon as it reaches Redis, and after"
                + " --member-timeout of silence nobody waits for it");
      }
    }
  }
}
