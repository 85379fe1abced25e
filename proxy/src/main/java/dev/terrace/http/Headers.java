package dev.terrace.http;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.BiPredicate;

/// The fields of a message in the order in which they came (RFC 9110 §5), immutable.
///
/// A name may stand on several lines. Names compare without regard to case; the spelling that came
/// is kept. Nothing is validated here: [RequestCheck] judges what clients send. Safe for use by any
/// thread.
public final class Headers implements Iterable<Headers.Field> {
  /// No field at all.
  public static final Headers EMPTY = new Headers(new String[0]);

  private final String[] namesAndValues;

  private Headers(String[] namesAndValues) {
    this.namesAndValues = namesAndValues;
  }

  /// One field line.
  public record Field(String name, String value) {}

  /// The fields given as name, value, name, value.
  ///
  /// @throws IllegalArgumentException if a value is missing
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a name without a value: " + namesAndValues.length);
    }
    return namesAndValues.length == 0 ? EMPTY : new Headers(namesAndValues.clone());
  }

  /// A builder that begins empty.
  public static Builder builder() {
    return new Builder(16);
  }

  /// How many field lines there are.
  public int size() {
    return namesAndValues.length / 2;
  }

  public boolean isEmpty() {
    return namesAndValues.length == 0;
  }

  /// The name on line `index`, spelled as it came.
  public String name(int index) {
    return namesAndValues[2 * index];
  }

  /// The value on line `index`.
  public String value(int index) {
    return namesAndValues[2 * index + 1];
  }

  /// Whether some line has this name.
  public boolean contains(String name) {
    return indexOf(name, 0) >= 0;
  }

  /// The value of the first line with this name.
  public Optional<String> first(String name) {
    int index = indexOf(name, 0);
    return index < 0 ? Optional.empty() : Optional.of(value(index));
  }

  /// The value of the first line with this name, else `otherwise`.
  public String firstOr(String name, String otherwise) {
    int index = indexOf(name, 0);
    return index < 0 ? otherwise : value(index);
  }

  /// The values of every line with this name, in order.
  public List<String> all(String name) {
    int index = indexOf(name, 0);
    if (index < 0) {
      return List.of();
    }
    List<String> values = new ArrayList<>(2);
    for (; index >= 0; index = indexOf(name, index + 1)) {
      values.add(value(index));
    }
    return values;
  }

  /// The lines of this name joined by ", " as one list value (RFC 9110 §5.3).
  public Optional<String> joined(String name) {
    List<String> values = all(name);
    return switch (values.size()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(values.getFirst());
      default -> Optional.of(String.join(", ", values));
    };
  }

  /// The line at or after `from` that has this name; -1 if there is none.
  public int indexOf(String name, int from) {
    int length = name.length();
    for (int i = 2 * from; i < namesAndValues.length; i += 2) {
      String candidate = namesAndValues[i];
      if (candidate.length() == length && candidate.equalsIgnoreCase(name)) {
        return i / 2;
      }
    }
    return -1;
  }

  /// These fields with exactly one line of this name, at the place of the first or at the end.
  public Headers with(String name, String value) {
    int first = indexOf(name, 0);
    Builder builder = new Builder(size() + 1);
    for (int i = 0; i < size(); i++) {
      if (i == first) {
        builder.add(name, value);
      } else if (!name(i).equalsIgnoreCase(name)) {
        builder.add(name(i), value(i));
      }
    }
    return first < 0 ? builder.add(name, value).build() : builder.build();
  }

  /// These fields and one more line at the end.
  public Headers adding(String name, String value) {
    return new Builder(size() + 1).addAll(this).add(name, value).build();
  }

  /// These fields without those of the given names.
  public Headers without(String... names) {
    return filtered(
        (name, value) -> {
          for (String unwanted : names) {
            if (name.equalsIgnoreCase(unwanted)) {
              return false;
            }
          }
          return true;
        });
  }

  /// These fields without line `index`.
  Headers withoutLine(int index) {
    String[] others = new String[namesAndValues.length - 2];
    System.arraycopy(namesAndValues, 0, others, 0, 2 * index);
    System.arraycopy(namesAndValues, 2 * index + 2, others, 2 * index, others.length - 2 * index);
    return new Headers(others);
  }

  /// The lines that `keep` accepts, given name and value.
  public Headers filtered(BiPredicate<String, String> keep) {
    Builder builder = new Builder(size());
    for (int i = 0; i < size(); i++) {
      if (keep.test(name(i), value(i))) {
        builder.add(name(i), value(i));
      }
    }
    return builder.size() == size() ? this : builder.build();
  }

  @Override
  public Iterator<Field> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < size();
      }

      @Override
      public Field next() {
        if (next >= size()) {
          throw new NoSuchElementException("only " + size() + " fields");
        }
        Field field = new Field(name(next), value(next));
        next++;
        return field;
      }
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Headers headers
        && java.util.Arrays.equals(namesAndValues, headers.namesAndValues);
  }

  @Override
  public int hashCode() {
    return java.util.Arrays.hashCode(namesAndValues);
  }

  /// The field names alone: values may be secrets.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("Headers[");
    for (int i = 0; i < size(); i++) {
      text.append(i == 0 ? "" : ", ").append(name(i));
    }
    return text.append(']').toString();
  }

  /// Collects fields; used by one thread, then done with.
  public static final class Builder {
    private String[] namesAndValues;
    private int length;

    private Builder(int fields) {
      namesAndValues = new String[Math.max(2, 2 * fields)];
    }

    public Builder add(String name, String value) {
      if (length == namesAndValues.length) {
        namesAndValues = java.util.Arrays.copyOf(namesAndValues, 2 * length);
      }
      namesAndValues[length++] = name;
      namesAndValues[length++] = value;
      return this;
    }

    public Builder addAll(Headers headers) {
      for (int i = 0; i < headers.size(); i++) {
        add(headers.name(i), headers.value(i));
      }
      return this;
    }

    /// How many lines were added.
    public int size() {
      return length / 2;
    }

    public Headers build() {
      return length == 0 ? EMPTY : new Headers(java.util.Arrays.copyOf(namesAndValues, length));
    }
  }
}
