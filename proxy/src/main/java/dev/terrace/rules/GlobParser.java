package dev.terrace.rules;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Reads the text of a glob into the alternatives that its braces stand for.
///
///     glob      = *( star / class / braces / quoted / literal )
///     star      = "*"
///     class     = "[" 1*( character [ "-" character ] ) "]"
///     braces    = "{" glob *( "," glob ) "}"
///     quoted    = "\" any
///     literal   = any but these; "?" among them
///
/// A class cannot be negated: it would match what the operator did not think of.
final class GlobParser {
  /// The characters that a glob can tell apart: those of ISO 8859-1, as fields and targets have.
  static final int CHARACTERS = 256;

  /// Most characters of all alternatives together; braces that multiply past it are refused.
  static final int MOST_POSITIONS = 16_384;

  private static final int MOST_ALTERNATIVES = 1_024;
  private static final int MOST_DEPTH = 8;

  /// One step of a glob: a star, or one character out of a set.
  ///
  /// @param accepted never empty but in [#STAR]
  record Item(BitSet accepted) {
    static final Item STAR = new Item(new BitSet());

    boolean isStar() {
      return accepted.isEmpty();
    }

    static Item of(char c) {
      BitSet one = new BitSet(CHARACTERS);
      one.set(c);
      return new Item(one);
    }
  }

  private final String text;
  private int at;

  private GlobParser(String text) {
    this.text = text;
  }

  /// @throws BadGlob naming what is wrong and where
  static List<List<Item>> parse(String text) {
    if (text.length() > MOST_POSITIONS) {
      throw new BadGlob("more than " + MOST_POSITIONS + " characters", MOST_POSITIONS, text);
    }
    GlobParser parser = new GlobParser(text);
    List<List<Item>> alternatives = parser.sequence(0);
    if (parser.at < text.length()) {
      throw parser.wrong("} without {");
    }
    return alternatives;
  }

  /// Up to the end, or within braces to the comma or brace that ends it.
  private List<List<Item>> sequence(int depth) {
    List<List<Item>> heads = new ArrayList<>(List.of(List.of()));
    List<Item> run = new ArrayList<>();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '}' || (c == ',' && depth > 0)) {
        break;
      }
      if (c == '{') {
        heads = product(product(heads, List.of(run)), braces(depth + 1));
        run = new ArrayList<>();
      } else {
        run.add(item(c));
      }
    }
    return product(heads, List.of(run));
  }

  private List<List<Item>> braces(int depth) {
    if (depth > MOST_DEPTH) {
      throw wrong("braces nested deeper than " + MOST_DEPTH);
    }
    int opened = at++;
    List<List<Item>> alternatives = new ArrayList<>();
    while (true) {
      alternatives.addAll(sequence(depth));
      if (at == text.length()) {
        at = opened;
        throw wrong("{ without }");
      }
      if (text.charAt(at++) == '}') {
        return alternatives;
      }
    }
  }

  private List<List<Item>> product(List<List<Item>> heads, List<List<Item>> tails) {
    if (tails.size() == 1 && tails.getFirst().isEmpty()) {
      return heads;
    }
    long positions = 0;
    for (List<Item> head : heads) {
      for (List<Item> tail : tails) {
        positions += head.size() + tail.size();
      }
    }
    if ((long) heads.size() * tails.size() > MOST_ALTERNATIVES || positions > MOST_POSITIONS) {
      throw wrong(
          "braces that stand for more than " + MOST_ALTERNATIVES + " texts or too long ones");
    }
    List<List<Item>> all = new ArrayList<>(heads.size() * tails.size());
    for (List<Item> head : heads) {
      for (List<Item> tail : tails) {
        List<Item> joined = new ArrayList<>(head.size() + tail.size());
        joined.addAll(head);
        joined.addAll(tail);
        all.add(joined);
      }
    }
    return all;
  }

  private Item item(char c) {
    return switch (c) {
      case '*' -> {
        at++;
        yield Item.STAR;
      }
      case '[' -> characterClass();
      default -> Item.of(character());
    };
  }

  /// One character, quoted or not.
  private char character() {
    char c = text.charAt(at++);
    if (c == '\\') {
      if (at == text.length()) {
        throw wrong("a backslash that quotes nothing");
      }
      c = text.charAt(at++);
    }
    if (c >= CHARACTERS) {
      at--;
      throw wrong("a character beyond ISO 8859-1 (in a URL it stands percent-encoded)");
    }
    return c;
  }

  private Item characterClass() {
    int opened = at++;
    BitSet accepted = new BitSet(CHARACTERS);
    while (at < text.length() && text.charAt(at) != ']') {
      if (at == opened + 1 && (text.charAt(at) == '!' || text.charAt(at) == '^')) {
        throw wrong("a negated class: list what it may be, or quote the character");
      }
      char from = character();
      char to = from;
      if (at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) != ']') {
        at++;
        to = character();
      }
      if (to < from) {
        throw wrong("a range that runs backwards");
      }
      accepted.set(from, to + 1);
    }
    if (at == text.length() || accepted.isEmpty()) {
      at = opened;
      throw wrong("[ without a character and ]");
    }
    at++;
    return new Item(accepted);
  }

  private BadGlob wrong(String what) {
    return new BadGlob(what, at, text);
  }
}
