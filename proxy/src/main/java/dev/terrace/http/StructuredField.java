package dev.terrace.http;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Structured fields (RFC 9651): the values, and the ways in and out that Terrace uses.
///
/// Field lines of one name are joined by ", " before they are parsed. A value that does not parse
/// is empty: it is to be ignored as a whole (RFC 9651 §4.2).
public final class StructuredField {
  private StructuredField() {}

  /// A member of a list or dictionary.
  public sealed interface Member permits Item, InnerList {
    /// In the order in which they first came.
    Map<String, BareItem> parameters();
  }

  /// One value with its parameters (§3.3).
  public record Item(BareItem value, Map<String, BareItem> parameters) implements Member {
    public Item {
      parameters = ordered(parameters);
    }
  }

  /// A list within a list or dictionary (§3.1.1).
  public record InnerList(List<Item> items, Map<String, BareItem> parameters) implements Member {
    public InnerList {
      items = List.copyOf(items);
      parameters = ordered(parameters);
    }
  }

  /// A value by itself.
  public sealed interface BareItem {}

  /// At most 15 digits (§3.3.1).
  public record IntegerItem(long value) implements BareItem {}

  /// At most 12 digits, a point and 3 digits (§3.3.2).
  public record DecimalItem(BigDecimal value) implements BareItem {}

  /// Printable ASCII (§3.3.3).
  public record StringItem(String value) implements BareItem {}

  /// A word without quotes (§3.3.4).
  public record TokenItem(String value) implements BareItem {}

  /// Bytes, here still as base64 (§3.3.5).
  public record BytesItem(String base64) implements BareItem {}

  /// §3.3.6.
  public record BooleanItem(boolean value) implements BareItem {}

  /// Seconds since 1970 (§3.3.7).
  public record DateItem(long epochSeconds) implements BareItem {}

  /// Unicode (§3.3.8).
  public record DisplayStringItem(String value) implements BareItem {}

  /// The members of a list, in order (§3.1).
  public static Optional<List<Member>> list(String value) {
    return new StructuredFieldParser(value).list();
  }

  /// The members of a dictionary in the order of their keys; of a key that repeats, the last value
  /// (§3.2).
  public static Optional<Map<String, Member>> dictionary(String value) {
    return new StructuredFieldParser(value).dictionary();
  }

  /// A single item (§3.3).
  public static Optional<Item> item(String value) {
    return new StructuredFieldParser(value).item();
  }

  /// Appends the text as a string (§4.1.6); characters that strings cannot hold become `?`.
  public static StringBuilder appendString(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\');
      }
      out.append(c >= ' ' && c < 0x7f ? c : '?');
    }
    return out.append('"');
  }

  /// Appends the text as a token where it is one (§3.3.4), else as a string.
  public static StringBuilder appendTokenOrString(StringBuilder out, String text) {
    boolean token =
        item(text)
            .filter(item -> item.value() instanceof TokenItem(String word) && word.equals(text))
            .isPresent();
    return token ? out.append(text) : appendString(out, text);
  }

  private static Map<String, BareItem> ordered(Map<String, BareItem> parameters) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }
}
