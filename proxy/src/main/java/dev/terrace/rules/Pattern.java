package dev.terrace.rules;

import dev.terrace.rules.GlobParser.Item;
import java.util.List;
import java.util.Optional;

/// A rule's pattern (`product.md` 3): a glob over the URL as forwarded, with its query part apart.
///
/// One that begins with `/` is matched against the path after the api-prefix and before the
/// target's base path; every other against scheme, host and path as the target sees them. The first
/// `?` that is not quoted begins the part for the query as it came; a pattern with that part
/// matches only requests with a query, be it empty. Immutable; equal texts below equal base paths
/// are equal patterns.
public final class Pattern {
  private final String text;
  private final boolean pathOnly;
  private final Glob path;
  private final Optional<Glob> query;
  private final String basePath;

  private Pattern(String text, Glob path, Optional<Glob> query, String basePath) {
    this.text = text;
    this.pathOnly = text.startsWith("/");
    this.path = path;
    this.query = query;
    this.basePath = basePath;
  }

  /// @throws BadGlob naming what is wrong and where
  public static Pattern of(String text) {
    if (text.isEmpty()) {
      throw new BadGlob("nothing", 0, text);
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7e) {
        throw new BadGlob("a character that stands percent-encoded in a URL", i, text);
      }
    }
    int mark = queryMark(text);
    return mark < 0
        ? new Pattern(text, Glob.of(text), Optional.empty(), "")
        : new Pattern(
            text, Glob.of(text.substring(0, mark)), Optional.of(queryGlob(text, mark + 1)), "");
  }

  private static Glob queryGlob(String text, int from) {
    try {
      return Glob.of(text.substring(from));
    } catch (BadGlob bad) {
      throw bad.within(text, from);
    }
  }

  /// The first question mark that is not quoted; -1 if there is none. One within braces or brackets
  /// would belong to both parts: it leaves a brace open in the first, which is refused there.
  private static int queryMark(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '?') {
        return i;
      }
    }
    return -1;
  }

  public boolean matches(Intake intake) {
    String target = pathOnly ? intake.request().target() : intake.forwardedTarget();
    int mark = target.indexOf('?');
    int pathEnd = mark < 0 ? target.length() : mark;
    boolean pathMatches =
        pathOnly
            ? path.matches(target, 0, pathEnd)
            : path.matchesUrl(intake.forwardedScheme(), intake.forwardedHost(), target, pathEnd);
    return pathMatches && matchesQuery(target, mark);
  }

  /// Whether it surely matches every request that `other` matches. False may mean that this was not
  /// seen.
  public boolean covers(Pattern other) {
    return coversPath(other) && coversQuery(other);
  }

  private boolean coversPath(Pattern other) {
    if (pathOnly == other.pathOnly) {
      return path.covers(other.path);
    }
    // A path alone stands behind any scheme, host and base path; and every URL has some path.
    return path.covers(Glob.of(pathOnly ? "/*" : "*" + other.path.text()));
  }

  private boolean coversQuery(Pattern other) {
    return query.isEmpty() || (other.query.isPresent() && query.get().covers(other.query.get()));
  }

  /// Whether it trusts the end of a path to tell what is there, as `*.css` does: many a target
  /// ignores that end, and answers `/account/x.css` with an account (security.md S12).
  public boolean endsInExtension() {
    return path.alternatives().stream().anyMatch(Pattern::endsInExtension);
  }

  private static boolean endsInExtension(List<Item> items) {
    int end = items.size();
    while (end > 0 && items.get(end - 1).isStar()) {
      end--;
    }
    int dot = end - 1;
    while (dot >= 0 && !items.get(dot).isStar() && isAlphanumeric(items.get(dot))) {
      dot--;
    }
    boolean extension = dot > 0 && dot < end - 1 && items.get(dot).accepted().get('.');
    int star = dot - 1;
    while (extension && star >= 0 && !items.get(star).isStar()) {
      extension = !items.get(star).accepted().get('/');
      star--;
    }
    return extension && star >= 0;
  }

  private static boolean isAlphanumeric(Item item) {
    return item.accepted().stream().allMatch(c -> c < 0x80 && Character.isLetterOrDigit(c));
  }

  /// The same pattern for a target whose URLs have this base path: [#matches(UrlKey)] needs to know
  /// what it does not see.
  public Pattern below(String targetBasePath) {
    return new Pattern(text, path, query, targetBasePath);
  }

  /// Whether it would match a request for this URL, whichever its scheme: what a purge by pattern
  /// covers. The query is compared as keyed.
  public boolean matches(UrlKey url) {
    String below = url.pathAndQuery();
    String target = pathOnly ? below : basePath + below;
    int mark = target.indexOf('?');
    int pathEnd = mark < 0 ? target.length() : mark;
    boolean pathMatches =
        pathOnly
            ? path.matches(target, 0, pathEnd)
            : path.matchesUrl("http", url.host(), target, pathEnd)
                || path.matchesUrl("https", url.host(), target, pathEnd);
    return pathMatches && matchesQuery(target, mark);
  }

  private boolean matchesQuery(String target, int mark) {
    return query.isEmpty() || (mark >= 0 && query.get().matches(target, mark + 1, target.length()));
  }

  public String text() {
    return text;
  }

  /// The target's base path that it lies below; empty for none.
  public String basePath() {
    return basePath;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pattern pattern
        && text.equals(pattern.text)
        && basePath.equals(pattern.basePath);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
