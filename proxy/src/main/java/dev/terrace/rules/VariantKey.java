package dev.terrace.rules;

import java.util.List;

/// The values of the request fields that a stored response's Vary names (RFC 9111 §4.1),
/// normalised, credentials as digests.
///
/// @param names the field names in lower case, sorted, none twice
/// @param values one a name; a field that was absent is [#ABSENT], which no value can equal
public record VariantKey(List<String> names, List<String> values) {
  /// Stands for a field that the request did not have.
  public static final String ABSENT = "\u0000";

  /// Of a response without Vary.
  public static final VariantKey NONE = new VariantKey(List.of(), List.of());

  public VariantKey {
    names = List.copyOf(names);
    values = List.copyOf(values);
    if (names.size() != values.size()) {
      throw new IllegalArgumentException(names.size() + " names but " + values.size() + " values");
    }
  }
}
