package dev.terrace.admin;

import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestCheck;
import dev.terrace.http.RequestHead;
import dev.terrace.rules.Admission;
import dev.terrace.rules.Intake;
import dev.terrace.rules.IntakePolicy;
import dev.terrace.rules.Peer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Requests that no client sent: a URL that an operator names, understood as a request for it would
/// be. A host that the URL names is checked against the allowed ones where keys hold it: under
/// others nothing is stored. Where they do not, a name that only operators use is as good as any.
final class Probe {
  private static final Peer NOBODY = new Peer("127.0.0.1", Peer.Trust.UNTRUSTED);

  private final RequestCheck check;
  private final IntakePolicy.Settings settings;
  private final IntakePolicy named;
  private final IntakePolicy unnamed;
  private final String scheme;

  /// @param scheme by which clients come
  Probe(RequestCheck check, IntakePolicy.Settings settings, String scheme) {
    this.check = check;
    this.scheme = scheme;
    this.settings = settings;
    this.named = new IntakePolicy(settings);
    this.unnamed =
        new IntakePolicy(
            new IntakePolicy.Settings(
                settings.targetScheme(),
                settings.targetHost(),
                settings.basePath(),
                settings.apiPrefix(),
                settings.forwardHost(),
                settings.normalise(),
                List.of(),
                settings.pseudonym()));
  }

  /// A URL taken apart.
  ///
  /// @param given as it stands in the call
  /// @param authority empty where it is a path only
  /// @param target path and query
  record Url(Given given, String scheme, Optional<String> authority, String target) {}

  /// @throws BadCall if it is neither an absolute http(s) URL nor a path
  Url url(Given given) throws BadCall {
    String text = given.text();
    if (text.startsWith("/")) {
      return new Url(given, scheme, Optional.empty(), text);
    }
    int separator = text.indexOf("://");
    String named = separator < 0 ? "" : text.substring(0, separator).toLowerCase(Locale.ROOT);
    if (!named.equals("http") && !named.equals("https")) {
      throw given.expected("an absolute URL or a path that begins with /");
    }
    String rest = text.substring(separator + 3);
    int end = 0;
    while (end < rest.length() && rest.charAt(end) != '/' && rest.charAt(end) != '?') {
      end++;
    }
    String target = rest.substring(end);
    return new Url(
        given,
        named,
        Optional.of(rest.substring(0, end)),
        target.startsWith("/") ? target : "/" + target);
  }

  /// The request for this URL, as the proxy would understand it.
  ///
  /// @param headers with or without Host, which counts only where the URL names none
  /// @throws BadCall with what the client would be told, where the proxy would refuse it
  Intake request(String method, Url url, Headers headers) throws BadCall {
    String authority =
        url.authority().or(() -> headers.first("Host")).orElse(settings.targetHost());
    RequestCheck.Verdict verdict =
        check.check(
            method,
            url.target(),
            HttpVersion.HTTP_1_1,
            url.scheme(),
            Optional.empty(),
            Optional.empty(),
            headers.with("Host", authority));
    return switch (verdict) {
      case RequestCheck.Verdict.Refused refused ->
          throw refused(url, refused.status(), refused.detail());
      case RequestCheck.Verdict.Sound sound -> admitted(url, sound.head());
    };
  }

  private Intake admitted(Url url, RequestHead head) throws BadCall {
    IntakePolicy intake = settings.forwardHost() && url.authority().isPresent() ? named : unnamed;
    return switch (intake.admit(head, NOBODY)) {
      case Admission.Admitted admitted -> admitted.intake();
      case Admission.Rejected rejected -> throw refused(url, rejected.status(), rejected.detail());
    };
  }

  private static BadCall refused(Url url, int status, String detail) {
    return url.given()
        .expected(
            "a URL that is served; a request for this URL would be answered "
                + status
                + ": "
                + detail);
  }
}
