package dev.terrace.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The variables of the process as options see them.
///
/// @param variables those that say something
/// @param warnings of those that were left aside
record Environment(Map<String, String> variables, List<String> warnings) {
  /// What Kubernetes puts into NAME_PORT for a service called NAME; no port can be read from it.
  private static final String KUBERNETES = "tcp://";

  private static final Set<String> FALSE = Set.of("false", "no", "0");

  /// An empty variable is unset.
  static Environment of(Map<String, String> process) {
    Map<String, String> variables = new HashMap<>(process);
    List<String> warnings = new ArrayList<>();
    variables.values().removeIf(String::isEmpty);
    for (Option<?> port : List.of(Options.PORT, Options.ADMIN_PORT)) {
      if (variables.getOrDefault(port.environment(), "").startsWith(KUBERNETES)) {
        variables.remove(port.environment());
        warnings.add(
            port.environment()
                + " is ignored: Kubernetes set it to a tcp:// address; name the port by --"
                + port.flag());
      }
    }
    if (asksForRedis(variables)) {
      warnings.add("Redis is not built yet: ENABLE_REDIS and REDIS_* are ignored; memory only");
    }
    return new Environment(Map.copyOf(variables), List.copyOf(warnings));
  }

  private static boolean asksForRedis(Map<String, String> variables) {
    String enabled = variables.get("ENABLE_REDIS");
    return enabled == null
        ? variables.keySet().stream().anyMatch(name -> name.startsWith("REDIS_"))
        : !FALSE.contains(enabled.toLowerCase(Locale.ROOT));
  }
}
