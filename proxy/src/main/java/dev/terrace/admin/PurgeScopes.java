package dev.terrace.admin;

import dev.terrace.http.Headers;
import dev.terrace.purge.Scope;
import dev.terrace.rules.Intake;
import dev.terrace.rules.IntakePolicy;
import dev.terrace.rules.KeyPolicy;
import dev.terrace.rules.Pattern;
import dev.terrace.rules.RuleSet;
import dev.terrace.rules.UrlKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// What the words of an operator cover (`product.md` 6). Where they can be read in two ways both
/// are covered: a purge too many costs a fetch, one too few serves what was to be gone.
final class PurgeScopes {
  /// As long as a tag may be that an answer carries (security.md S14).
  private static final int MAX_TAG_BYTES = 256;

  /// As long as a URL may be by default.
  private static final int MAX_PATTERN_BYTES = 8 << 10;

  private final Probe probe;
  private final IntakePolicy.Settings settings;
  private final KeyPolicy keys;
  private final Supplier<RuleSet> rules;

  PurgeScopes(
      Probe probe, IntakePolicy.Settings settings, KeyPolicy keys, Supplier<RuleSet> rules) {
    this.probe = probe;
    this.settings = settings;
    this.keys = keys;
    this.rules = rules;
  }

  /// All variants and methods of one URL, absolute or a path only.
  Set<Scope> url(String text) throws BadCall {
    Probe.Url url = probe.url(text);
    Set<Scope> scopes = new LinkedHashSet<>();
    for (UrlKey key : keys(url)) {
      scopes.add(
          url.authority().isPresent() ? new Scope.Url(key) : new Scope.Path(key.pathAndQuery()));
    }
    return scopes;
  }

  /// The keys that entries of this URL have, under every rule that could govern a request for it.
  Set<UrlKey> keys(Probe.Url url) throws BadCall {
    Set<UrlKey> found = new LinkedHashSet<>();
    for (Intake intake : readings(url)) {
      found.addAll(keys.urls(intake, rules.get().rules()));
    }
    return found;
  }

  Scope tag(String tag) throws BadCall {
    if (tag.isBlank() || tag.getBytes(StandardCharsets.UTF_8).length > MAX_TAG_BYTES) {
      throw BadCall.malformed("expected a tag of 1 to " + MAX_TAG_BYTES + " bytes");
    }
    return new Scope.Tag(tag);
  }

  /// The beginning of a path as clients see it.
  Scope prefix(String text) throws BadCall {
    if (!text.startsWith("/") || text.contains("?")) {
      throw BadCall.malformed("expected the beginning of a path, from / on, got " + text);
    }
    if ((settings.apiPrefix() + "/").startsWith(text)) {
      return new Scope.Prefix("/");
    }
    return new Scope.Prefix(
        probe.request("GET", probe.url(text), Headers.EMPTY).request().target());
  }

  Scope pattern(String text) throws BadCall {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_PATTERN_BYTES) {
      throw BadCall.malformed(
          "expected a pattern of at most " + MAX_PATTERN_BYTES + " bytes, got " + bytes);
    }
    try {
      return new Scope.Pattern(Pattern.of(text).below(settings.basePath()));
    } catch (IllegalArgumentException e) {
      throw BadCall.malformed("expected a pattern as rules have them: " + e.getMessage());
    }
  }

  /// The URL as a client of Terrace names it, and, where it names the target, as the target's own.
  private List<Intake> readings(Probe.Url url) throws BadCall {
    List<Intake> readings = new ArrayList<>(2);
    Optional<Probe.Url> own = ofTarget(url);
    if (own.isPresent()) {
      readings.add(probe.request("GET", own.get(), Headers.EMPTY));
    }
    try {
      readings.add(probe.request("GET", url, Headers.EMPTY));
    } catch (BadCall e) {
      // The target's own URL need not lie under the prefix that clients use.
      if (readings.isEmpty()) {
        throw e;
      }
    }
    return readings;
  }

  private Optional<Probe.Url> ofTarget(Probe.Url url) {
    String base = settings.basePath();
    String target = url.target();
    boolean isTarget =
        url.authority().isPresent()
            && withoutDefaultPort(url.authority().get())
                .equals(withoutDefaultPort(settings.targetHost()))
            && target.startsWith(base)
            && (target.length() == base.length()
                || "/?".indexOf(target.charAt(base.length())) >= 0);
    if (!isTarget) {
      return Optional.empty();
    }
    String below = target.substring(base.length());
    return Optional.of(
        new Probe.Url(
            url.scheme(),
            url.authority(),
            settings.apiPrefix() + (below.startsWith("/") ? below : "/" + below)));
  }

  private static String withoutDefaultPort(String authority) {
    return authority.toLowerCase(Locale.ROOT).replaceFirst(":(80|443)$", "");
  }
}
