package dev.terrace.config;

import dev.terrace.rules.Glob;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.Pattern;
import dev.terrace.rules.QueryFilter;
import dev.terrace.rules.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Reads rules from their JSON (`product.md` 3). Strict: an unknown field, a wrong type, a repeated
/// key or a value out of range stops with the rule's index, the field, the value and what is
/// allowed.
final class RuleReader {
  /// Most rules: each is tried in turn for a request that none governs.
  private static final int MOST_RULES = 1_000;

  private static final String LABEL = "a text of 1 to 64 printable ASCII characters";
  private static final String PATTERN =
      "a glob over scheme, host and path such as */api/*, or over the path such as /api/*";
  private static final String METHODS = "a list with some of " + String.join(", ", Kinds.METHODS);
  private static final String IDENTITY = "header:NAME or cookie:NAME";
  private static final String NAMES = "a list of names of header fields";
  private static final String TAGS = "a list of tags";
  private static final String GLOBS = "a list of globs over parameter names, or @tracking";

  private static final String TRACKING_PRESET = "@tracking";

  /// Parameters that campaigns and mail senders add, and that no target answers by.
  private static final List<String> TRACKING =
      List.of(
          "utm_*",
          "gclid",
          "gclsrc",
          "gbraid",
          "wbraid",
          "dclid",
          "gad_source",
          "srsltid",
          "_ga",
          "_gl",
          "fbclid",
          "igshid",
          "msclkid",
          "twclid",
          "ttclid",
          "yclid",
          "li_fat_id",
          "mc_cid",
          "mc_eid",
          "mkt_tok",
          "_hsenc",
          "_hsmi",
          "vero_id",
          "oly_anon_id",
          "oly_enc_id");

  static final Kind<List<Rule>> KIND =
      new Kind<>(
          "json|@file", "a JSON array of rules, or @file", Kind.Form.RULES, RuleReader::text);

  private static final List<String> FIELDS =
      List.of(
          "name",
          "pattern",
          "methods",
          "ttl",
          "enabled",
          "conditions",
          "ttlMode",
          "ignore",
          "identity",
          "shared",
          "keyHeaders",
          "keyQuery",
          "staleWhileRevalidate",
          "staleIfError",
          "tags",
          "layers");

  private final RuleFields fields;

  private RuleReader(RuleFields fields) {
    this.fields = fields;
  }

  /// Rules from the value of an option: JSON, or `@` and the name of a file with it.
  static List<Rule> text(String text) {
    Optional<String> file = file(text);
    if (file.isEmpty()) {
      return rules(RuleJson.tree(text));
    }
    try {
      return rules(RuleJson.tree(ConfigFile.text(file.get())));
    } catch (Unfit unfit) {
      throw Unfit.because(Unfit.bare(text) + ": " + unfit.getMessage());
    }
  }

  /// The file that the text names, where it is no JSON.
  static Optional<String> file(String text) {
    return text.startsWith("@") ? Optional.of(text.substring(1)) : Optional.empty();
  }

  static List<Rule> rules(JsonNode array) {
    if (!array.isArray() || array.size() > MOST_RULES) {
      throw Unfit.because(
          "got " + RuleFields.shown(array) + ", expected an array of rules, at most " + MOST_RULES);
    }
    List<Rule> rules = new ArrayList<>();
    Set<String> labels = new HashSet<>();
    for (int index = 0; index < array.size(); index++) {
      RuleFields fields = RuleFields.of("rule " + index, array.get(index), FIELDS);
      Rule rule = new RuleReader(fields).rule(index);
      if (!labels.add(rule.label())) {
        throw fields.unfit("name", "a name that no other rule has");
      }
      rules.add(rule);
    }
    return List.copyOf(rules);
  }

  private Rule rule(int index) {
    RuleFields conditions =
        fields
            .object("conditions", List.of("headers", "statusCodes", "minSize", "maxSize"))
            .orElse(RuleFields.NONE);
    try {
      return new Rule(
          fields.text("name", LABEL, RuleReader::label).orElse(Integer.toString(index)),
          fields
              .glob("pattern", PATTERN, Pattern::of)
              .orElseThrow(() -> fields.unfit("pattern", PATTERN)),
          Set.copyOf(fields.texts("methods", METHODS, Kinds::method)),
          fields.duration("ttl"),
          fields.truth("enabled").orElse(true),
          conditions.globs("headers"),
          Set.copyOf(conditions.numbers("statusCodes")),
          conditions.bytes("minSize").orElse(0L),
          conditions.bytes("maxSize").orElse(Long.MAX_VALUE),
          fields.choice("ttlMode", Rule.TtlMode.values()).orElse(Rule.TtlMode.DEFAULT),
          Set.copyOf(fields.choices("ignore", Rule.Gate.values())),
          fields.text("identity", IDENTITY, RuleReader::identity),
          fields.truth("shared").orElse(false),
          fields.texts("keyHeaders", NAMES, text -> text),
          keyQuery(),
          fields.duration("staleWhileRevalidate").orElse(Duration.ZERO),
          fields.duration("staleIfError").orElse(Duration.ZERO),
          Set.copyOf(fields.texts("tags", TAGS, text -> text)),
          layers());
    } catch (Unfit unfit) {
      throw unfit;
    } catch (IllegalArgumentException invalid) {
      // A rule is valid by construction: it says itself which fields do not hold or agree.
      throw fields.unfit(invalid);
    }
  }

  private QueryFilter keyQuery() {
    return fields
        .object("keyQuery", List.of("keep", "drop"))
        .map(filter -> new QueryFilter(names(filter, "keep"), names(filter, "drop")))
        .orElse(QueryFilter.ALL);
  }

  private static List<Glob> names(RuleFields filter, String name) {
    return filter.texts(name, GLOBS, text -> text).stream()
        .flatMap(text -> text.equals(TRACKING_PRESET) ? TRACKING.stream() : Stream.of(text))
        .map(text -> filter.read(name, text, RuleReader::nameGlob))
        .toList();
  }

  private static Glob nameGlob(String text) {
    if (text.startsWith("@")) {
      throw new IllegalArgumentException(
          "the preset " + text + ": expected " + TRACKING_PRESET + ", or \\@ for the character");
    }
    return Glob.of(text);
  }

  private Set<LayerName> layers() {
    List<LayerName> layers = fields.choices("layers", LayerName.values());
    return layers.isEmpty() ? EnumSet.allOf(LayerName.class) : EnumSet.copyOf(layers);
  }

  private static String label(String text) {
    Kinds.require(text.matches("[ -~]{1,64}") && !text.isBlank());
    return text;
  }

  private static Rule.Identity identity(String text) {
    int colon = text.indexOf(':');
    Kinds.require(colon > 0);
    String name = text.substring(colon + 1);
    return switch (text.substring(0, colon)) {
      case "header" -> new Rule.Identity(Rule.Identity.Source.HEADER, name);
      case "cookie" -> new Rule.Identity(Rule.Identity.Source.COOKIE, name);
      default -> throw new IllegalArgumentException(text);
    };
  }
}
