package dev.terrace.observe;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/// Counters for every constant of an enum, made once: counting looks up no label, and a scrape
/// shows what is still at zero.
final class Rows {
  private Rows() {}

  static <E extends Enum<E>, V> Map<E, V> of(Class<E> type, Supplier<V> counters) {
    Map<E, V> rows = new EnumMap<>(type);
    for (E constant : type.getEnumConstants()) {
      rows.put(constant, counters.get());
    }
    return rows;
  }

  /// The counters of this constant in rows that [#of] made.
  static <E extends Enum<E>, V> V get(Map<E, V> rows, E constant) {
    V counters = rows.get(constant);
    if (counters == null) {
      throw new IllegalStateException("no row for " + constant);
    }
    return counters;
  }

  /// The constant as a label.
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
