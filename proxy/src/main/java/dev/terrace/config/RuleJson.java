package dev.terrace.config;

import dev.terrace.rules.Glob;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.Rule;
import dev.terrace.rules.Secrets;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The JSON form of rules: from text to a tree, and from a rule back to what it says.
public final class RuleJson {
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private RuleJson() {}

  /// A rule as understood, for `GET /cache/rules`: every field that says something, in the words of
  /// the rules, with numbers as numbers. Reading it back gives an equal rule, but for credentials,
  /// which are `***`: wanted values of header fields, and of query parameters in the pattern.
  ///
  /// @param secrets says which ones are
  public static Map<String, Object> describe(Rule rule, Secrets secrets) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", rule.label());
    json.put("pattern", secrets.maskedPattern(rule.pattern().text()));
    putAll(json, "methods", rule.methods().stream().sorted().toList());
    rule.ttl().ifPresent(ttl -> json.put("ttl", seconds(ttl)));
    json.put("enabled", rule.enabled());
    Map<String, Object> conditions = conditions(rule, secrets);
    if (!conditions.isEmpty()) {
      json.put("conditions", conditions);
    }
    json.put("ttlMode", RuleFields.word(rule.ttlMode()));
    putAll(json, "ignore", rule.ignore().stream().sorted().map(RuleFields::word).toList());
    rule.identity()
        .ifPresent(
            identity ->
                json.put("identity", RuleFields.word(identity.source()) + ":" + identity.name()));
    json.put("shared", rule.shared());
    putAll(json, "keyHeaders", rule.keyHeaders());
    Map<String, Object> keyQuery = new LinkedHashMap<>();
    putAll(keyQuery, "keep", rule.keyQuery().keep().stream().map(Glob::text).toList());
    putAll(keyQuery, "drop", rule.keyQuery().drop().stream().map(Glob::text).toList());
    if (!keyQuery.isEmpty()) {
      json.put("keyQuery", keyQuery);
    }
    putTime(json, "staleWhileRevalidate", rule.staleWhileRevalidate());
    putTime(json, "staleIfError", rule.staleIfError());
    putAll(json, "tags", rule.tags().stream().sorted().toList());
    putAll(json, "layers", rule.layers().stream().sorted().map(LayerName::word).toList());
    return json;
  }

  /// @throws Unfit naming the place where the text stops being JSON, or the key that is given twice
  static JsonNode tree(String text) {
    try {
      return STRICT.readTree(text);
    } catch (StreamReadException broken) {
      String message = String.valueOf(broken.getOriginalMessage());
      JsonParser parser = broken.processor();
      if (message.startsWith("Duplicate") && parser != null) {
        throw Unfit.because(
            path(parser.streamReadContext().pathAsPointer().toString())
                + ": given twice, expected one value");
      }
      throw notJson(broken.getLocation());
    } catch (JacksonException broken) {
      throw notJson(broken.getLocation());
    }
  }

  /// `/0/conditions/minSize` as `rule 0, conditions.minSize`.
  private static String path(String pointer) {
    String[] steps = pointer.split("/", 3);
    String field = steps.length < 3 ? "" : ", " + steps[2].replace('/', '.');
    return Unfit.bare(steps.length < 2 ? "rules" : "rule " + steps[1] + field);
  }

  /// The parser's own words repeat what stands there, which may be a secret.
  private static Unfit notJson(TokenStreamLocation where) {
    return Unfit.because(
        "not JSON from line "
            + where.getLineNr()
            + ", column "
            + where.getColumnNr()
            + " on, expected a JSON array of rules, or @file");
  }

  private static Map<String, Object> conditions(Rule rule, Secrets secrets) {
    Map<String, Object> conditions = new LinkedHashMap<>();
    Map<String, String> headers = new TreeMap<>();
    rule.headerConditions()
        .forEach(
            (name, glob) ->
                headers.put(
                    name,
                    secrets.isSecret(name) && !glob.text().equals("*") ? "***" : glob.text()));
    if (!headers.isEmpty()) {
      conditions.put("headers", headers);
    }
    putAll(conditions, "statusCodes", rule.statusCodes().stream().sorted().toList());
    if (rule.minBytes() > 0) {
      conditions.put("minSize", rule.minBytes());
    }
    if (rule.maxBytes() < Long.MAX_VALUE) {
      conditions.put("maxSize", rule.maxBytes());
    }
    return conditions;
  }

  private static void putAll(Map<String, Object> json, String name, Collection<?> values) {
    if (!values.isEmpty()) {
      json.put(name, List.copyOf(values));
    }
  }

  private static void putTime(Map<String, Object> json, String name, Duration time) {
    if (!time.isZero()) {
      json.put(name, seconds(time));
    }
  }

  /// Whole seconds as a number, other durations in text.
  private static Object seconds(Duration time) {
    return time.toMillis() % 1_000 == 0 ? (Object) time.toSeconds() : Amounts.spell(time);
  }
}
