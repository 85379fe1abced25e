package dev.terrace.http;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a request stands in a trace (W3C Trace Context §3.2).
///
/// @param traceId 32 hexadecimal digits
/// @param text the value of `traceparent`
public record TraceParent(String traceId, String text) {
  /// The field.
  public static final String NAME = "traceparent";

  /// Says nothing where there is no [#NAME] (§3.3.1).
  public static final String STATE = "tracestate";

  private static final Pattern FORM =
      Pattern.compile(
          "(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

  private static final int LONGEST = 256;

  /// What the request says; empty where it says nothing, or nothing valid.
  public static Optional<TraceParent> of(Headers fields) {
    List<String> values = fields.all(NAME);
    if (values.size() != 1 || values.getFirst().length() > LONGEST) {
      return Optional.empty();
    }
    Matcher form = FORM.matcher(values.getFirst());
    // Only versions to come may say more.
    return form.matches() && (form.group(3) == null || !form.group(1).equals("00"))
        ? Optional.of(new TraceParent(form.group(2), values.getFirst()))
        : Optional.empty();
  }

  /// What the request says, else the beginning of a trace, not sampled: nobody has asked for it.
  public static TraceParent ofOrNew(Headers fields, RandomGenerator random) {
    return of(fields)
        .orElseGet(
            () -> {
              HexFormat hex = HexFormat.of();
              String traceId = hex.toHexDigits(random.nextLong()) + hex.toHexDigits(odd(random));
              return new TraceParent(
                  traceId, "00-" + traceId + "-" + hex.toHexDigits(odd(random)) + "-00");
            });
  }

  /// Never zero, which is no id.
  private static long odd(RandomGenerator random) {
    return random.nextLong() | 1;
  }
}
