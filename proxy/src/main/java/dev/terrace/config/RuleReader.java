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

  private static final int LONGEST_PATTERN = 2_048;

  private static final String LABEL = "a text of 1 to 64 printable ASCII characters";
  private static final String PATTERN =
      "a glob over scheme, host and path such as */api/*, or over the path such as /api/*";
  private static final String METHODS = "a list with some of " + String.join(", ", Kinds.METHODS);
  private static final String IDENTITY = "header:NAME or cookie:NAME";
  private static final String TAGS =
      "a list of tags of 1 to 256 visible ASCII characters without commas";
  private static final String GLOBS = "a list of globs over parameter names, or @tracking";

  /// Names of query parameters that tell where a visitor came from, and nothing else.
  static final List<String> TRACKING =
      List.of(
          "utm_*",
          "gclid",
          "gclsrc",
          "dclid",
          "gbraid",
          "wbraid",
          "fbclid",
          "msclkid",
          "mc_cid",
          "mc_eid",
          "igshid",
          "ttclid",
          "twclid",
          "yclid",
          "li_fat_id",
          "srsltid",
          "_ga",
          "_gl",
          "_hsenc",
          "_hsmi",
          "mkt_tok",
          "oly_anon_id",
          "oly_enc_id",
          "vero_id",
          "s_cid");

  private static final String TRACKING_PRESET = "@tracking";

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
    if (!text.startsWith("@")) {
      return rules(RuleJson.tree(text));
    }
    String name = text.substring(1);
    try {
      return rules(RuleJson.tree(ConfigFile.text(name)));
    } catch (Unfit unfit) {
      throw Unfit.because(Unfit.bare(text) + ": " + unfit.getMessage());
    }
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
    long minBytes = conditions.bytes("minSize").orElse(0L);
    long maxBytes = conditions.bytes("maxSize").orElse(Long.MAX_VALUE);
    if (minBytes > maxBytes) {
      throw conditions.unfit("maxSize", "no less than minSize");
    }
    Rule rule =
        new Rule(
            fields.text("name", LABEL, RuleReader::label).orElse(Integer.toString(index)),
            fields
                .text("pattern", PATTERN, RuleReader::pattern)
                .orElseThrow(() -> fields.unfit("pattern", PATTERN)),
            Kinds.withHead(fields.texts("methods", METHODS, Kinds::method)),
            fields.duration("ttl"),
            fields.truth("enabled").orElse(true),
            conditions.globs("headers"),
            Set.copyOf(conditions.numbers("statusCodes", 200, 599)),
            minBytes,
            maxBytes,
            fields.choice("ttlMode", Rule.TtlMode.values()).orElse(Rule.TtlMode.DEFAULT),
            Set.copyOf(fields.choices("ignore", Rule.Gate.values())),
            fields.text("identity", IDENTITY, RuleReader::identity),
            fields.truth("shared").orElse(false),
            fields.texts("keyHeaders", "a list of names of header fields", Kinds::token),
            keyQuery(),
            fields.duration("staleWhileRevalidate").orElse(Duration.ZERO),
            fields.duration("staleIfError").orElse(Duration.ZERO),
            Set.copyOf(fields.texts("tags", TAGS, RuleReader::tag)),
            layers());
    requireReason(rule);
    return rule;
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
        .map(text -> filter.glob(name, text))
        .toList();
  }

  private Set<LayerName> layers() {
    List<LayerName> layers = fields.choices("layers", LayerName.values());
    return layers.isEmpty() ? EnumSet.allOf(LayerName.class) : EnumSet.copyOf(layers);
  }

  /// A lifted gate needs a reason why nobody gets another's answer: one entry per identity, or the
  /// operator's word that the answer is everyone's.
  private void requireReason(Rule rule) {
    if (rule.shared() && rule.identity().isPresent()) {
      throw fields.unfit("shared", "no identity beside it: one answer for everyone has none");
    }
    if (rule.shared()) {
      return;
    }
    for (Rule.Gate gate : Rule.Gate.values()) {
      if (rule.ignore().contains(gate) && !hasReason(gate, rule.identity())) {
        throw fields.unfit("ignore", reason(gate));
      }
    }
  }

  private static boolean hasReason(Rule.Gate gate, Optional<Rule.Identity> identity) {
    return switch (gate) {
      case NO_STORE -> true;
      case PRIVATE, SET_COOKIE -> identity.isPresent();
      case COOKIE -> identity.filter(RuleReader::isCookie).isPresent();
      case AUTHORIZATION -> identity.filter(one -> isHeader(one, "Authorization")).isPresent();
    };
  }

  private static String reason(Rule.Gate gate) {
    return switch (gate) {
      case NO_STORE -> throw new IllegalStateException("needs none");
      case PRIVATE, SET_COOKIE ->
          RuleFields.word(gate) + " only beside an identity or shared: true";
      case COOKIE -> "cookie only beside an identity that is a cookie, or shared: true";
      case AUTHORIZATION ->
          "authorization only beside the identity header:Authorization, or shared: true";
    };
  }

  private static boolean isCookie(Rule.Identity identity) {
    return identity.source() == Rule.Identity.Source.COOKIE || isHeader(identity, "Cookie");
  }

  private static boolean isHeader(Rule.Identity identity, String name) {
    return identity.source() == Rule.Identity.Source.HEADER
        && identity.name().equalsIgnoreCase(name);
  }

  private static String label(String text) {
    Kinds.require(text.matches("[ -~]{1,64}") && !text.isBlank());
    return text;
  }

  private static Pattern pattern(String text) {
    Kinds.require(!text.isEmpty() && text.length() <= LONGEST_PATTERN);
    return Pattern.of(text);
  }

  private static String tag(String text) {
    Kinds.require(text.matches("[!-+\\--~]{1,256}"));
    return text;
  }

  private static Rule.Identity identity(String text) {
    int colon = text.indexOf(':');
    Kinds.require(colon > 0);
    String name = Kinds.token(text.substring(colon + 1));
    return switch (text.substring(0, colon)) {
      case "header" -> new Rule.Identity(Rule.Identity.Source.HEADER, name);
      case "cookie" -> new Rule.Identity(Rule.Identity.Source.COOKIE, name);
      default -> throw new IllegalArgumentException(text);
    };
  }
}
