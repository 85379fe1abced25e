package dev.terrace.rules;

import dev.terrace.http.Headers;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What clients are shown of the target's fields, and which of their URLs the target's URLs are
/// (`product.md` 5, http.md 1). Immutable; safe for use by any thread.
public final class ClientView {
  private static final Set<String> TAGS = Set.of("surrogate-key", "cache-tag");
  private static final Set<String> NEVER_SHOWN =
      Set.of(ResponseDirectives.OWN_FIELD.toLowerCase(Locale.ROOT), "warning");

  /// Whether Surrogate-Key and Cache-Tag reach clients (`--keep-tag-headers`).
  public enum TagFields {
    KEPT,
    REMOVED
  }

  /// @param targetScheme of --target-url
  /// @param targetHost of --target-url with its port where it has one
  /// @param basePath of --target-url; empty, or begins with / and does not end with one
  /// @param apiPrefix empty, or begins with / and does not end with one
  public record Settings(
      String targetScheme, String targetHost, String basePath, String apiPrefix, TagFields tags) {}

  private final Settings settings;

  public ClientView(Settings settings) {
    this.settings = settings;
  }

  /// The fields as a client gets them: without Terrace-Cache-Control, Warning (RFC 9111 §5.5) and,
  /// where the rule ignores it, Set-Cookie; a Location that points into the target becomes a path
  /// of the client's view.
  public Headers of(Intake intake, Optional<Rule> governing, Headers headers) {
    boolean ignoresSetCookie = StoredFields.ignoresSetCookie(governing);
    Headers shown =
        headers.filtered(
            (name, _) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              return !NEVER_SHOWN.contains(lower)
                  && !(settings.tags() == TagFields.REMOVED && TAGS.contains(lower))
                  && !(ignoresSetCookie && lower.equals("set-cookie"));
            });
    return shown
        .first("Location")
        .flatMap(location -> path(intake, location))
        .map(path -> shown.with("Location", path))
        .orElse(shown);
  }

  /// The client's path for a reference that names the target, by its origin or by an absolute path.
  private Optional<String> path(Intake intake, String reference) {
    UrlReference url = UrlReference.of(reference);
    boolean inside =
        url.isAbsolutePath()
            || url.hasOrigin(settings.targetScheme(), settings.targetHost())
            || url.hasOrigin(intake.forwardedScheme(), intake.forwardedHost());
    return inside ? clientPath(url.rest()) : Optional.empty();
  }

  /// The targets that a client would ask for to reach what a Location or Content-Location names, in
  /// the target's view and in its own; none where it is another origin's.
  Set<String> targets(Intake intake, String reference) {
    UrlReference url = UrlReference.of(reference).resolvedAt(intake.forwardedTarget());
    Set<String> targets = new LinkedHashSet<>();
    path(intake, url.text()).ifPresent(targets::add);
    if (url.isAbsolutePath()
        || url.hasOrigin(intake.received().scheme(), intake.received().authority())) {
      targets.add(url.rest());
    }
    return targets;
  }

  /// Takes the base path off and puts the api-prefix on.
  private Optional<String> clientPath(String rest) {
    String base = settings.basePath();
    boolean within =
        rest.startsWith(base)
            && (rest.length() == base.length() || "/?#".indexOf(rest.charAt(base.length())) >= 0);
    if (!within) {
      return Optional.empty();
    }
    String below = rest.substring(base.length());
    String path = settings.apiPrefix() + (below.startsWith("/") ? below : "/" + below);
    // Two slashes at the front would name another host (RFC 3986 §4.2).
    return Optional.of(path.startsWith("//") ? "/." + path : path);
  }
}
