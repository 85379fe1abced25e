package dev.terrace.admin;

import dev.terrace.http.Headers;
import dev.terrace.purge.Scope;
import dev.terrace.purge.ScopeFormat;
import dev.terrace.rules.BadGlob;
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
  Set<Scope> url(Given given) throws BadCall {
    Set<Scope> scopes = new LinkedHashSet<>();
    for (Reading reading : readings(probe.url(given))) {
      for (UrlKey key : keys.urls(reading.intake(), rules.get().rules())) {
        Scope scope =
            reading.url().authority().isPresent()
                ? new Scope.Url(key)
                : new Scope.Path(key.pathAndQuery());
        scopes.add(recordable(given, scope));
      }
    }
    return scopes;
  }

  /// The keys that entries of this URL have, under every rule that could govern a request for it.
  Set<UrlKey> keys(Probe.Url url) throws BadCall {
    Set<UrlKey> found = new LinkedHashSet<>();
    for (Reading reading : readings(url)) {
      found.addAll(keys.urls(reading.intake(), rules.get().rules()));
    }
    return found;
  }

  Set<Scope> tag(Given given) throws BadCall {
    String tag = given.text();
    int bytes = tag.getBytes(StandardCharsets.UTF_8).length;
    if (tag.isBlank() || bytes > MAX_TAG_BYTES) {
      throw given.expected(
          "a tag of 1 to "
              + MAX_TAG_BYTES
              + " bytes, not "
              + (tag.isBlank() ? "blank" : "of " + bytes));
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(tag)) {
      throw given.expected("whole characters: half a surrogate pair is none");
    }
    return Set.of(new Scope.Tag(tag));
  }

  /// The beginning of a path as clients see it.
  Set<Scope> prefix(Given given) throws BadCall {
    String text = given.text();
    if (!text.startsWith("/") || text.contains("?")) {
      throw given.expected("the beginning of a path, from / on and without a query");
    }
    if ((settings.apiPrefix() + "/").startsWith(text)) {
      return Set.of(new Scope.Prefix("/"));
    }
    Intake intake = probe.request("GET", probe.url(given), Headers.EMPTY);
    return Set.of(recordable(given, new Scope.Prefix(intake.request().target())));
  }

  Set<Scope> pattern(Given given) throws BadCall {
    int bytes = given.text().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_PATTERN_BYTES) {
      throw given.expected("at most " + MAX_PATTERN_BYTES + " bytes, not " + bytes);
    }
    try {
      return Set.of(new Scope.Pattern(Pattern.of(given.text()).below(settings.basePath())));
    } catch (BadGlob e) {
      throw given.expected("a pattern as rules have them, not " + e.fault());
    }
  }

  /// Every record that carries purges has room for it.
  private static Scope recordable(Given given, Scope scope) throws BadCall {
    if (ScopeFormat.mostBytes(scope) > ScopeFormat.LONGEST) {
      throw given.expected("a shorter one as it is keyed; purge it by tag or prefix");
    }
    return scope;
  }

  /// One of the ways in which a URL can be meant.
  private record Reading(Probe.Url url, Intake intake) {}

  /// The URL as a client of Terrace names it, with its default port and without, and, where it
  /// names the target, as the target's own.
  private List<Reading> readings(Probe.Url url) throws BadCall {
    List<Probe.Url> meant = new ArrayList<>();
    ofTarget(url).ifPresent(meant::add);
    meant.add(url);
    meant.addAll(otherPorts(url));
    List<Reading> readings = new ArrayList<>(meant.size());
    Optional<BadCall> refused = Optional.empty();
    for (Probe.Url one : meant) {
      try {
        readings.add(new Reading(one, probe.request("GET", one, Headers.EMPTY)));
      } catch (BadCall e) {
        // The target's own URL need not lie under the prefix that clients use, nor its host be
        // allowed.
        refused = Optional.of(e);
      }
    }
    if (readings.isEmpty()) {
      throw refused.orElseThrow();
    }
    return readings;
  }

  /// As clients that leave out the port name it, and as those do whose scheme has another one: the
  /// scheme does not matter.
  private List<Probe.Url> otherPorts(Probe.Url url) {
    String authority = url.authority().orElse("");
    String host = withoutDefaultPort(authority);
    if (!settings.forwardHost() || host.length() == authority.length()) {
      return List.of();
    }
    String other = authority.endsWith(":80") ? "https" : "http";
    return List.of(
        new Probe.Url(url.given(), url.scheme(), Optional.of(host), url.target()),
        new Probe.Url(url.given(), other, url.authority(), url.target()));
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
            url.given(),
            url.scheme(),
            // Where keys hold the client's host, what comes from the target is under every host.
            settings.forwardHost() ? Optional.empty() : url.authority(),
            settings.apiPrefix() + (below.startsWith("/") ? below : "/" + below)));
  }

  private static String withoutDefaultPort(String authority) {
    return authority.toLowerCase(Locale.ROOT).replaceFirst(":(80|443)$", "");
  }
}
