package dev.terrace.rules;

/// The tag of a group of responses (RFC 9875), which is one of the target's own: it belongs to one
/// host, while the tags that operators purge by belong to none. The scheme is no part of it, as it
/// is none of a [UrlKey]: too much invalidated costs a request and too little a wrong answer.
///
/// ```
/// group-tag = %xA7 "," SP host SP group   ; host as in UrlKey
/// ```
///
/// No field of an answer and no rule names one: what Surrogate-Key names has no blank, what
/// Cache-Tag names no comma, what a rule names neither, and what Cache-Groups names is ASCII.
public final class GroupTag {
  private static final String MARK = "\u00a7, ";

  private GroupTag() {}

  static String of(String host, String group) {
    return MARK + host + ' ' + group;
  }

  /// Whether this tag is one, and so none that the target or a rule gave.
  public static boolean is(String tag) {
    return tag.startsWith(MARK);
  }
}
