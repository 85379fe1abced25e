package dev.terrace.admin;

import dev.terrace.config.Unfit;
import dev.terrace.rules.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The members of a JSON object of a call. One of another type than is asked for is an error that
/// names it.
///
/// @param path of the object within the call: empty, or as `response.`
/// @param secrets what no error repeats
record Members(ObjectNode json, String path, Secrets secrets) {
  /// Refuses members that no one reads: a misspelt name must not mean nothing.
  void requireAmong(Set<String> known) throws BadCall {
    for (String name : json.propertyNames()) {
      if (!known.contains(name)) {
        throw new Given("member", path + name, secrets)
            .expected("some of " + String.join(", ", new TreeSet<>(known)));
      }
    }
  }

  Optional<Given> text(String name) throws BadCall {
    JsonNode value = json.get(name);
    return value == null ? Optional.empty() : Optional.of(text(path + name, value));
  }

  /// False where it is not there.
  boolean flag(String name) throws BadCall {
    JsonNode value = json.get(name);
    if (value == null) {
      return false;
    }
    if (!value.isBoolean()) {
      throw unfit(path + name, value, "true or false");
    }
    return value.booleanValue();
  }

  /// A list of texts; empty where it is not there.
  List<Given> texts(String name) throws BadCall {
    JsonNode value = json.get(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      throw unfit(path + name, value, "a list of texts");
    }
    List<Given> texts = new ArrayList<>(value.size());
    for (JsonNode element : value) {
      texts.add(text(path + name + "[" + texts.size() + "]", element));
    }
    return texts;
  }

  Optional<Members> object(String name) throws BadCall {
    JsonNode value = json.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof ObjectNode object)) {
      throw unfit(path + name, value, "an object");
    }
    return Optional.of(new Members(object, path + name + ".", secrets));
  }

  /// A whole number between bounds, or `otherwise` where it is not there.
  long number(String name, long min, long max, long otherwise) throws BadCall {
    JsonNode value = json.get(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.canConvertToLong() || value.longValue() < min || value.longValue() > max) {
      throw unfit(path + name, value, "a number from " + min + " to " + max);
    }
    return value.longValue();
  }

  private Given text(String place, JsonNode value) throws BadCall {
    if (!value.isString()) {
      throw unfit(place, value, "a text");
    }
    return new Given(place, value.stringValue(), secrets);
  }

  private BadCall unfit(String place, JsonNode value, String allowed) {
    if (value.isString()) {
      return new Given(place, value.stringValue(), secrets).expected(allowed);
    }
    String shown =
        value.isArray() ? "a list" : value.isObject() ? "an object" : Unfit.bare(value.toString());
    return BadCall.malformed(place + ": got " + shown + ", expected " + allowed);
  }
}
