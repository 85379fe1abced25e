package dev.terrace.config;

import dev.terrace.rules.Glob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The fields of one object in a rule, each read by its type.
///
/// @param rule what messages call the rule: `rule 0`
/// @param path to the object within the rule: empty, or `conditions.`
/// @param node an object
record RuleFields(String rule, String path, JsonNode node) {
  /// An object without a field.
  static final RuleFields NONE = new RuleFields("", "", JsonNodeFactory.instance.objectNode());

  private static final int MOST_MEMBERS = 1_000;
  private static final String LONGEST = "3650d";
  private static final Kind<Duration> DURATION = Kinds.duration("0", "0", LONGEST);
  private static final Kind<Long> SIZE = Kinds.size("0", "1024GiB");

  /// The fields of a whole rule.
  ///
  /// @param known names that it may have
  static RuleFields of(String rule, JsonNode node, List<String> known) {
    if (!node.isObject()) {
      throw Unfit.because(rule + ": got " + shown(node) + ", expected an object");
    }
    return new RuleFields(rule, "", node).requireKnown(known);
  }

  Optional<RuleFields> object(String name, List<String> known) {
    return value(name)
        .map(
            object -> {
              if (!object.isObject()) {
                throw unfit(name, object, "an object");
              }
              return new RuleFields(rule, path + name + ".", object).requireKnown(known);
            });
  }

  private RuleFields requireKnown(List<String> known) {
    for (String name : node.propertyNames()) {
      if (!known.contains(name)) {
        String fields = String.join(", ", known);
        throw because(
            name, "unknown field, expected some of " + fields + Nearest.hint(name, known));
      }
    }
    return this;
  }

  <T> Optional<T> text(String name, String expected, Function<String, T> reader) {
    return value(name).map(text -> read(name, text, expected, reader));
  }

  <T> List<T> texts(String name, String expected, Function<String, T> reader) {
    List<T> values = new ArrayList<>();
    for (JsonNode member : members(name, expected)) {
      values.add(read(name, member, expected, reader));
    }
    return List.copyOf(values);
  }

  <E extends Enum<E>> Optional<E> choice(String name, E[] all) {
    Map<String, E> words = words(all);
    return text(name, Kinds.either(List.copyOf(words.keySet())), text -> known(words, text));
  }

  <E extends Enum<E>> List<E> choices(String name, E[] all) {
    Map<String, E> words = words(all);
    String expected = "a list with some of " + String.join(", ", words.keySet());
    return texts(name, expected, text -> known(words, text));
  }

  Optional<Boolean> truth(String name) {
    return value(name)
        .map(
            value -> {
              if (!value.isBoolean()) {
                throw unfit(name, "true or false");
              }
              return value.booleanValue();
            });
  }

  /// A number of seconds, or a duration in text.
  Optional<Duration> duration(String name) {
    return amount(name, DURATION);
  }

  /// A number of bytes, or a size in text.
  Optional<Long> bytes(String name) {
    return amount(name, SIZE);
  }

  List<Integer> numbers(String name) {
    String expected = "a list of whole numbers";
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode member : members(name, expected)) {
      if (!member.isInt()) {
        throw unfit(name, member, expected);
      }
      numbers.add(member.intValue());
    }
    return numbers;
  }

  /// An object of header fields and globs over their values. A value may be a credential: messages
  /// never show it.
  Map<String, Glob> globs(String name) {
    JsonNode object = value(name).orElse(NONE.node());
    if (!object.isObject()) {
      throw because(name, "got ***, expected an object of names of fields and globs");
    }
    Map<String, Glob> globs = new LinkedHashMap<>();
    TreeSet<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String where = name + "." + field.getKey();
      if (!seen.add(field.getKey())) {
        throw because(where, "given twice, expected one value");
      }
      try {
        Kinds.require(field.getValue().isString());
        globs.put(field.getKey(), Glob.of(field.getValue().stringValue()));
      } catch (IllegalArgumentException notOne) {
        throw because(where, "got ***, expected an exact value, a glob, or * for any value");
      }
    }
    return globs;
  }

  /// A text that says itself what is wrong with it.
  <T> Optional<T> glob(String name, String expected, Function<String, T> reader) {
    return text(name, expected, text -> text).map(text -> read(name, text, reader));
  }

  /// What `reader` makes of it, or what it finds wrong.
  <S, T> T read(String name, S texts, Function<S, T> reader) {
    try {
      return reader.apply(texts);
    } catch (IllegalArgumentException wrong) {
      throw because(name, Unfit.oneLine(String.valueOf(wrong.getMessage())));
    }
  }

  /// What the rule as a whole refuses.
  Unfit unfit(IllegalArgumentException invalid) {
    return Unfit.because(rule + ", " + Unfit.oneLine(String.valueOf(invalid.getMessage())));
  }

  /// What is wrong with the field that is there, or that is missing.
  Unfit unfit(String name, String expected) {
    return unfit(name, value(name).orElse(JsonNodeFactory.instance.missingNode()), expected);
  }

  /// The word for an enum's constant in rules and options: `no-store` for NO_STORE.
  static String word(Enum<?> one) {
    return one.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// A value for a message.
  static String shown(JsonNode value) {
    return value.isMissingNode()
        ? "nothing"
        : value.isString() ? Unfit.quoted(value.stringValue()) : Unfit.bare(value.toString());
  }

  private <T> T read(String name, JsonNode value, String expected, Function<String, T> reader) {
    if (!value.isString()) {
      throw unfit(name, value, expected);
    }
    try {
      return reader.apply(value.stringValue());
    } catch (IllegalArgumentException notOne) {
      throw unfit(name, value, expected);
    }
  }

  private <T> Optional<T> amount(String name, Kind<T> kind) {
    return value(name)
        .map(
            value -> {
              try {
                Kinds.require(value.isString() || value.isIntegralNumber());
                return kind.read(value.asString());
              } catch (IllegalArgumentException notOne) {
                throw unfit(name, value, kind.expected());
              }
            });
  }

  private Iterable<JsonNode> members(String name, String expected) {
    Optional<JsonNode> value = value(name);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!value.get().isArray() || value.get().isEmpty() || value.get().size() > MOST_MEMBERS) {
      throw unfit(name, value.get(), expected);
    }
    return value.get();
  }

  private Optional<JsonNode> value(String name) {
    return node.optional(name);
  }

  private Unfit unfit(String name, JsonNode value, String expected) {
    return because(name, "got " + shown(value) + ", expected " + expected);
  }

  private Unfit because(String name, String reason) {
    return Unfit.because(rule + ", " + path + Unfit.bare(name) + ": " + reason);
  }

  private static <E> E known(Map<String, E> words, String text) {
    return Optional.ofNullable(words.get(text)).orElseThrow(IllegalArgumentException::new);
  }

  private static <E extends Enum<E>> Map<String, E> words(E[] all) {
    Map<String, E> words = new LinkedHashMap<>();
    for (E one : all) {
      words.put(word(one), one);
    }
    return words;
  }
}
