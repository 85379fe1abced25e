package dev.terrace.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The variables of the process as options see them.
///
/// @param variables those that say something
/// @param warnings of those that were left aside
record Environment(Map<String, String> variables, List<String> warnings) {
  /// What Kubernetes puts into NAME_PORT for a service called NAME; no port can be read from it.
  private static final String KUBERNETES = "tcp://";

  /// An empty variable is unset.
  static Environment of(Map<String, String> process) {
    Map<String, String> variables = new HashMap<>(process);
    List<String> warnings = new ArrayList<>();
    variables.values().removeIf(String::isEmpty);
    for (Option<?> port : List.of(Options.PORT, Options.ADMIN_PORT, RedisOptions.PORT)) {
      if (variables.getOrDefault(port.environment(), "").startsWith(KUBERNETES)) {
        variables.remove(port.environment());
        warnings.add(
            port.environment()
                + " is ignored: Kubernetes set it to a tcp:// address; name the port by --"
                + port.flag());
      }
    }
    return new Environment(Map.copyOf(variables), List.copyOf(warnings));
  }
}
