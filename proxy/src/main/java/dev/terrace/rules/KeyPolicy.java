package dev.terrace.rules;

import dev.terrace.http.Headers;
import dev.terrace.http.RequestHead;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes the cache key, deterministic over instances, releases and platforms (`product.md` 2).
///
/// The canonical form, in which every text carries its length, so that none can be mistaken for
/// another:
///
///     key       = "k1" method client-scheme scheme host path query *header [ identity ] [ body ]
///     method, client-scheme, scheme, host, path = part
///                                     ; HEAD is GET; scheme, host and path as the target sees them
///     query     = part / ",-"         ; as keyed; ",-" where there is none
///     header    = ",h" part *part     ; name in lower case, a part a field line, none if absent
///     identity  = ",i" part part      ; header:NAME or cookie:NAME, digest
///     body      = ",b" part           ; SHA-256 in hexadecimal digits
///     part      = "," length ":" text ; length in characters, decimal
///
/// Headers are first those of every key, then the rule's, then those of its conditions, and with a
/// body Content-Type and Content-Encoding, each group sorted by name; one that two groups name stands
/// twice. A credential stands as `#` and its digest ([Secrets#digest]). Immutable; safe for use by
/// any thread.
public final class KeyPolicy {
  private static final String FORMAT = "k1";
  private static final List<String> BODY_HEADERS = List.of("content-encoding", "content-type");

  /// With one of these the target may see another method than the key.
  private static final List<String> METHOD_OVERRIDES =
      List.of("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override");

  /// @param cacheableMethods HEAD goes with GET whether listed or not
  /// @param keyHeaders part of every key
  /// @param sortQuery whether the key sees parameters sorted by name
  public record Settings(Set<String> cacheableMethods, List<String> keyHeaders, boolean sortQuery) {
    public Settings {
      cacheableMethods = RuleSet.withHead(cacheableMethods);
      keyHeaders = Rule.sortedNames(keyHeaders);
    }
  }

  /// Whether the request has a body, and its digest where it is known.
  public sealed interface Body {
    record None() implements Body {}

    record Digest(String sha256) implements Body {}

    /// Over 64 KiB, or of a length not known.
    record TooLarge() implements Body {}
  }

  private final Settings settings;
  private final Secrets secrets;

  public KeyPolicy(Settings settings, Secrets secrets) {
    this.settings = settings;
    this.secrets = secrets;
  }

  /// Whether key and lookup of this request need the digest of its body.
  public boolean needsBody(Intake intake, Optional<Rule> governing) {
    RequestHead request = intake.request();
    return !request.isGet() && !request.isHead() && refusal(intake, governing).isEmpty();
  }

  public KeyDecision key(Intake intake, Optional<Rule> governing, Body body) {
    KeyUrl url = views(intake, governing);
    Optional<BypassReason> reason =
        refusal(intake, governing).or(() -> bodyRefusal(intake.request(), body));
    if (reason.isPresent()) {
      return new KeyDecision.Bypass(reason.get(), url.forwardedTarget());
    }
    Optional<String> identity = governing.flatMap(Rule::identity).map(by -> identity(intake, by));
    if (identity.isPresent() && identity.get().isEmpty()) {
      return new KeyDecision.Bypass(BypassReason.NO_IDENTITY, url.forwardedTarget());
    }
    String canonical = canonical(intake, url, governing, identity, body);
    return new KeyDecision.Keyed(new CacheKey(canonical, url.key(intake)), url.forwardedTarget());
  }

  /// Why no request with this head is looked up, whatever its body.
  private Optional<BypassReason> refusal(Intake intake, Optional<Rule> governing) {
    String method = intake.request().method();
    boolean named = governing.isPresent() && governing.get().names(method);
    if (!named && !settings.cacheableMethods().contains(method)) {
      return Optional.of(BypassReason.METHOD);
    }
    for (int i = 0; i < METHOD_OVERRIDES.size(); i++) {
      if (intake.request().headers().contains(METHOD_OVERRIDES.get(i))) {
        return Optional.of(BypassReason.METHOD);
      }
    }
    if (governing.isPresent() && !governing.get().enabled()) {
      return Optional.of(BypassReason.RULE_DISABLED);
    }
    return intake.wantsWebSocket() ? Optional.of(BypassReason.UPGRADE) : Optional.empty();
  }

  private static Optional<BypassReason> bodyRefusal(RequestHead request, Body body) {
    boolean bodiless = request.isGet() || request.isHead();
    return switch (body) {
      case Body.None() -> Optional.empty();
      case Body.Digest(String sha256) ->
          bodiless ? Optional.of(BypassReason.BODY_ON_GET) : Optional.empty();
      case Body.TooLarge() ->
          Optional.of(bodiless ? BypassReason.BODY_ON_GET : BypassReason.BODY_TOO_LARGE);
    };
  }

  /// Every URL that requests for this one may be keyed under: rules differ in the query parameters
  /// that they drop, and which of them governs depends on method and fields. What purges this URL
  /// purges all of them.
  public Set<UrlKey> urls(Intake intake, List<Rule> rules) {
    Set<UrlKey> urls = new LinkedHashSet<>();
    urls.add(url(intake, Optional.empty()));
    for (Rule rule : rules) {
      if (rule.pattern().matches(intake)) {
        urls.add(url(intake, Optional.of(rule)));
      }
    }
    return urls;
  }

  /// The URL as purges name it, query parameters as this rule keys them; the same for every method,
  /// and whether or not a lookup is allowed.
  public UrlKey url(Intake intake, Optional<Rule> governing) {
    return views(intake, governing).key(intake);
  }

  private KeyUrl views(Intake intake, Optional<Rule> governing) {
    return KeyUrl.of(
        intake, governing, settings.sortQuery() ? Query::sorted : query -> query, secrets);
  }

  private String canonical(
      Intake intake, KeyUrl url, Optional<Rule> governing, Optional<String> identity, Body body) {
    RequestHead request = intake.request();
    StringBuilder key =
        new StringBuilder(64 + url.path().length() + intake.forwardedHost().length());
    key.append(FORMAT);
    resource(key, intake, url);
    headers(key, settings.keyHeaders(), request.headers());
    if (governing.isPresent()) {
      headers(key, governing.get().keyHeaders(), request.headers());
      for (Map.Entry<String, Glob> condition : governing.get().headerConditions().entrySet()) {
        header(key, condition.getKey(), request.headers());
      }
    }
    if (!request.isGet() && !request.isHead()) {
      headers(key, BODY_HEADERS, request.headers());
    }
    if (identity.isPresent()) {
      key.append(",i");
      part(key, identityName(governing.orElseThrow().identity().orElseThrow()));
      part(key, identity.get());
    }
    if (body instanceof Body.Digest(String sha256)) {
      key.append(",b");
      part(key, sha256);
    }
    return key.toString();
  }

  private static void resource(StringBuilder key, Intake intake, KeyUrl url) {
    RequestHead request = intake.request();
    part(key, request.isHead() ? "GET" : request.method());
    part(key, request.scheme());
    part(key, intake.forwardedScheme());
    part(key, intake.forwardedHost());
    part(key, url.path());
    if (url.query().isPresent()) {
      part(key, url.query().get());
    } else {
      key.append(",-");
    }
  }

  private static void part(StringBuilder key, String text) {
    key.append(',').append(text.length()).append(':').append(text);
  }

  private void headers(StringBuilder key, List<String> names, Headers fields) {
    for (int i = 0; i < names.size(); i++) {
      header(key, names.get(i), fields);
    }
  }

  private void header(StringBuilder key, String name, Headers fields) {
    key.append(",h");
    part(key, name);
    boolean secret = secrets.isSecret(name);
    for (int i = fields.indexOf(name, 0); i >= 0; i = fields.indexOf(name, i + 1)) {
      part(key, secret ? "#" + secrets.digest(fields.value(i)) : fields.value(i));
    }
  }

  private static String identityName(Rule.Identity identity) {
    return switch (identity.source()) {
      case HEADER -> "header:" + identity.name().toLowerCase(Locale.ROOT);
      case COOKIE -> "cookie:" + identity.name();
    };
  }

  /// The digest of the credential; empty where the request lacks it. Where it stands several times
  /// all values count, since the target may take any.
  private String identity(Intake intake, Rule.Identity identity) {
    Headers fields = intake.request().headers();
    List<String> values =
        switch (identity.source()) {
          case HEADER -> fields.all(identity.name());
          case COOKIE -> Cookies.values(fields, identity.name());
        };
    // A line break can stand in no value.
    String all = String.join("\n", values);
    return all.isBlank() ? "" : secrets.digest(all);
  }
}
