package dev.terrace.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.exceptions.DuplicateKeyException;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.json.JsonMapper;

/// The configuration file: YAML 1.2, the flags in camelCase. Values are taken as their text, so
/// that they go through the same converters as flags; rules go as JSON.
final class ConfigFile {
  /// Longest file that is read: configuration, rules or secret.
  private static final long MOST_BYTES = 1 << 20;

  private ConfigFile() {}

  /// The text of a file that the operator names.
  ///
  /// @throws Unfit if it cannot be read, is too long or is not UTF-8
  static String text(String name) {
    String expected = "a readable file of text, at most 1MiB";
    try {
      Path path = Path.of(name);
      if (Files.size(path) > MOST_BYTES) {
        throw Unfit.got(name, expected + " (it is longer)");
      }
      return Files.readString(path, StandardCharsets.UTF_8);
    } catch (NoSuchFileException missing) {
      throw Unfit.got(name, expected + " (there is none)");
    } catch (CharacterCodingException notText) {
      throw Unfit.got(name, expected + " (it is not UTF-8)");
    } catch (IOException | IllegalArgumentException unreadable) {
      if (unreadable instanceof Unfit unfit) {
        throw unfit;
      }
      throw Unfit.got(name, expected);
    }
  }

  /// What the YAML text gives, by key. A key without a value is not there.
  ///
  /// @param name of the file, for messages
  /// @throws Refusal for what is not YAML, a repeated key, a value that is no scalar or list
  static Map<String, String> values(String name, String yaml) {
    LoadSettings settings = LoadSettings.builder().setSchema(new CoreSchema()).build();
    try {
      return new Compose(settings)
          .composeString(yaml)
          .map(root -> values(name, root, settings))
          .orElse(Map.of());
    } catch (MarkedYamlEngineException notYaml) {
      // The parser's own words may repeat what stands there, which may be a secret.
      throw new Refusal(
          name + ": " + place(notYaml) + ": expected YAML, one document of keys and values");
    } catch (YamlEngineException notYaml) {
      throw new Refusal(name + ": expected YAML, one document of keys and values");
    }
  }

  private static Map<String, String> values(String name, Node root, LoadSettings settings) {
    if (!(root instanceof MappingNode mapping)) {
      throw new Refusal(name + ": expected keys and values at the top");
    }
    Map<String, String> values = new LinkedHashMap<>();
    read(new Place(name, ""), mapping, settings, values);
    return values;
  }

  /// Where in a file keys stand.
  ///
  /// @param file its name
  /// @param prefix what the keys of options that stand there begin with
  private record Place(String file, String prefix) {
    String shown(String key) {
      return file + ": " + Unfit.bare(prefix + key);
    }
  }

  private static void read(
      Place place, MappingNode mapping, LoadSettings settings, Map<String, String> values) {
    Map<String, Option<?>> known = optionsByKey();
    Set<String> seen = new HashSet<>();
    for (NodeTuple tuple : mapping.getValue()) {
      // The parser lets nothing but scalars be keys.
      String key = ((ScalarNode) tuple.getKeyNode()).getValue();
      String whole = place.prefix() + key;
      boolean block = place.prefix().isEmpty() && isBlock(key, known);
      // A block is spelt as one, never by a key with its name and a dot.
      Optional<Option<?>> option =
          Optional.<Option<?>>ofNullable(known.get(whole)).filter(_ -> !key.contains(Option.BLOCK));
      if (!block && option.isEmpty()) {
        throw new Refusal(place.shown(key) + ": unknown key" + Nearest.hint(whole, known.keySet()));
      }
      if (!seen.add(key)) {
        throw new Refusal(place.shown(key) + ": given twice, expected one value");
      }
      if (option.isPresent()) {
        try {
          text(option.get(), tuple.getValueNode(), settings)
              .ifPresent(text -> values.put(whole, text));
        } catch (Unfit unfit) {
          throw new Refusal(place.shown(key) + ": " + unfit.getMessage());
        }
      } else {
        readBlock(place.file(), key, tuple.getValueNode(), settings, values);
      }
    }
  }

  private static void readBlock(
      String file, String key, Node value, LoadSettings settings, Map<String, String> values) {
    switch (value) {
      case MappingNode inner -> read(new Place(file, key + Option.BLOCK), inner, settings, values);
      case ScalarNode scalar when isUnset(scalar) -> {
        // A block without keys gives nothing.
      }
      default -> throw new Refusal(file + ": " + key + ": expected a block of keys and values");
    }
  }

  private static boolean isBlock(String key, Map<String, Option<?>> known) {
    return known.keySet().stream().anyMatch(other -> other.startsWith(key + Option.BLOCK));
  }

  /// The value as the text that a flag would have; empty where there is none.
  private static Optional<String> text(Option<?> option, Node value, LoadSettings settings) {
    return switch (value) {
      case ScalarNode scalar -> Optional.of(scalar.getValue()).filter(text -> !isUnset(scalar));
      case SequenceNode list when option.kind().is(Kind.Form.RULES) ->
          Optional.of(json(list, settings));
      case SequenceNode list when option.kind().is(Kind.Form.LIST) ->
          Optional.of(
              list.getValue().stream()
                  .map(member -> member(option, member))
                  .collect(Collectors.joining(",")));
      default -> throw notText(option);
    };
  }

  private static String member(Option<?> option, Node member) {
    if (member instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw notText(option);
  }

  private static Unfit notText(Option<?> option) {
    return Unfit.because("got keys or a list, expected " + option.kind().expected());
  }

  private static boolean isUnset(ScalarNode scalar) {
    return scalar.getTag().equals(Tag.NULL) || scalar.getValue().isEmpty();
  }

  private static String json(SequenceNode rules, LoadSettings settings) {
    try {
      Object tree = new StandardConstructor(settings).constructSingleDocument(Optional.of(rules));
      return new JsonMapper().writeValueAsString(tree);
    } catch (DuplicateKeyException repeated) {
      throw Unfit.because("a key is given twice in one rule, " + place(repeated));
    }
  }

  private static Map<String, Option<?>> optionsByKey() {
    Map<String, Option<?>> options = new LinkedHashMap<>();
    for (Option<?> option : Options.ALL) {
      option
          .yaml()
          .ifPresent(
              key -> {
                options.put(key, option);
                if (option.kind().is(Kind.Form.SECRET)) {
                  options.put(key + Option.FILE_YAML, option);
                }
              });
    }
    return options;
  }

  private static String place(MarkedYamlEngineException where) {
    return where
        .getProblemMark()
        .map(mark -> "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
        .orElse("at its end");
  }
}
