package dev.terrace.torture;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What an instance says has become of a purge.
///
/// @param status 200 or 202
/// @param self the id of the instance that says so
/// @param states by the ids of instances, itself included
record Receipt(int status, String self, String redis, Map<String, String> states) {
  private static final JsonMapper JSON = new JsonMapper();

  static Receipt read(int status, String body) {
    JsonNode json = JSON.readTree(body);
    Map<String, String> states = new LinkedHashMap<>();
    for (JsonNode each : json.get("instances")) {
      states.put(each.get("instance").stringValue(), each.get("status").stringValue());
    }
    return new Receipt(
        status,
        states.keySet().iterator().next(),
        json.get("layers").get("redis").stringValue(),
        states);
  }

  boolean isComplete() {
    return status == 200;
  }

  /// Whether this receipt says of the instance that the purge binds it: it has applied it, or the
  /// receipt is complete and does not name it as unreachable.
  boolean binds(String instance) {
    String state = states.getOrDefault(instance, "");
    return state.equals("applied") || (isComplete() && !state.equals("unreachable"));
  }

  /// Whether nothing is to be waited for any more.
  boolean isFinal() {
    return isComplete() && !states.containsValue("unreachable");
  }

  /// In short, for the log.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(status + " redis " + redis);
    states.forEach((id, state) -> text.append(' ').append(id, 0, 4).append(' ').append(state));
    return text.toString();
  }
}
