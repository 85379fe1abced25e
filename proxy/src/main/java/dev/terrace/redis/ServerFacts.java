package dev.terrace.redis;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a server says of itself in INFO, and what of its configuration it shows.
///
/// @param fields by name
record ServerFacts(Map<String, String> fields) {
  static final ServerFacts HIDDEN = new ServerFacts(Map.of());

  static ServerFacts parse(String info) {
    Map<String, String> fields = new HashMap<>();
    for (String line : info.split("\r?\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0 && !line.startsWith("#")) {
        fields.put(line.substring(0, colon), line.substring(colon + 1));
      }
    }
    return new ServerFacts(Map.copyOf(fields));
  }

  /// The same with one more, if there is a value.
  ServerFacts with(String name, @Nullable String value) {
    if (value == null) {
      return this;
    }
    Map<String, String> more = new HashMap<>(fields);
    more.put(name, value);
    return new ServerFacts(Map.copyOf(more));
  }

  Optional<String> find(String name) {
    return Optional.ofNullable(fields.get(name));
  }

  /// Whether the field is there and says this.
  boolean says(String name, String value) {
    return find(name).filter(value::equals).isPresent();
  }

  /// Empty where it is hidden.
  String version() {
    return find("redis_version").orElse("");
  }

  /// Empty where it is hidden.
  String runId() {
    return find("run_id").orElse("");
  }
}
