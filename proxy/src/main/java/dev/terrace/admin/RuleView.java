package dev.terrace.admin;

import dev.terrace.rules.Glob;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.Rule;
import dev.terrace.rules.Secrets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A rule in the form in which operators write it (`product.md` 3), defaults filled in and values
/// of secret fields masked.
final class RuleView {
  private RuleView() {}

  static ObjectNode describe(Rule rule, Secrets secrets) {
    ObjectNode json = Answer.object();
    json.put("name", rule.label()).put("pattern", rule.pattern().text());
    addTexts(json, "methods", new TreeSet<>(rule.methods()));
    json.put("ttl", rule.ttl().map(ttl -> (Long) ttl.toSeconds()).orElse(null));
    json.put("enabled", rule.enabled()).put("ttlMode", word(rule.ttlMode()));
    ObjectNode conditions = json.putObject("conditions");
    ObjectNode headers = conditions.putObject("headers");
    for (Map.Entry<String, Glob> header : rule.headerConditions().entrySet()) {
      headers.put(
          header.getKey(), secrets.isSecret(header.getKey()) ? "***" : header.getValue().text());
    }
    ArrayNode statusCodes = conditions.putArray("statusCodes");
    rule.statusCodes().stream().sorted().forEach(statusCodes::add);
    conditions.put("minSize", rule.minBytes());
    conditions.put("maxSize", rule.maxBytes() == Long.MAX_VALUE ? null : (Long) rule.maxBytes());
    addTexts(json, "ignore", rule.ignore().stream().sorted().map(RuleView::word).toList());
    json.put(
        "identity",
        rule.identity()
            .map(identity -> word(identity.source()) + ":" + identity.name())
            .orElse(null));
    json.put("shared", rule.shared());
    addTexts(json, "keyHeaders", rule.keyHeaders());
    ObjectNode query = json.putObject("keyQuery");
    addTexts(query, "keep", rule.keyQuery().keep().stream().map(glob -> glob.text()).toList());
    addTexts(query, "drop", rule.keyQuery().drop().stream().map(glob -> glob.text()).toList());
    json.put("staleWhileRevalidate", rule.staleWhileRevalidate().toSeconds());
    json.put("staleIfError", rule.staleIfError().toSeconds());
    addTexts(json, "tags", new TreeSet<>(rule.tags()));
    addTexts(json, "layers", rule.layers().stream().sorted().map(LayerName::word).toList());
    return json;
  }

  private static void addTexts(ObjectNode json, String name, Iterable<String> texts) {
    ArrayNode array = json.putArray(name);
    texts.forEach(array::add);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
