package dev.terrace.rules;

import java.util.List;
import java.util.stream.Stream;

/// Which query parameters a rule keeps: the others are neither keyed nor forwarded.
///
/// @param keep globs over names; empty keeps all
/// @param drop globs over names; wins over keep
public record QueryFilter(List<Glob> keep, List<Glob> drop) {
  public static final QueryFilter ALL = new QueryFilter(List.of(), List.of());

  /// The name of the preset of [#TRACKING].
  public static final String TRACKING_PRESET = "@tracking";

  /// Parameters that campaigns and mail senders add and that no target answers by.
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

  public QueryFilter {
    keep = List.copyOf(keep);
    drop = List.copyOf(drop);
  }

  /// The globs that these texts stand for, presets replaced by what they hold.
  ///
  /// @throws IllegalArgumentException naming what is wrong and where
  public static List<Glob> globs(List<String> texts) {
    return texts.stream()
        .flatMap(text -> text.equals(TRACKING_PRESET) ? TRACKING.stream() : Stream.of(text))
        .peek(QueryFilter::refuseUnknownPreset)
        .map(Glob::of)
        .toList();
  }

  private static void refuseUnknownPreset(String text) {
    if (text.startsWith("@")) {
      throw new IllegalArgumentException(
          "the preset " + text + ": expected " + TRACKING_PRESET + ", or \\@ for the character");
    }
  }

  /// Whether a parameter of this name, percent-decoded, stays.
  public boolean keeps(String name) {
    return (keep.isEmpty() || matchesAny(keep, name)) && !matchesAny(drop, name);
  }

  private static boolean matchesAny(List<Glob> globs, String name) {
    for (int i = 0; i < globs.size(); i++) {
      if (globs.get(i).matches(name)) {
        return true;
      }
    }
    return false;
  }

  /// Whether it keeps every parameter.
  public boolean keepsAll() {
    return keep.isEmpty() && drop.isEmpty();
  }
}
