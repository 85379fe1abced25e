package dev.terrace.admin;

import dev.terrace.http.Headers;
import dev.terrace.http.RequestHead;
import dev.terrace.rules.Peer;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Who may use the admin API (`product.md` 6): values in, a decision out.
///
/// With a token that admits the call, its bearer may. Without one, the operator on this machine
/// may: a loopback peer that names a loopback host, and that neither a proxy nor a web page of
/// another origin stands behind. Purges are also taken from `--purge-allow`.
final class AdminAccess {
  /// What a call needs.
  enum Permission {
    /// Health and readiness: anyone may ask.
    OPEN,
    /// Changes nothing.
    READ,
    CHANGE,
    /// A change that `--purge-allow` admits, too.
    PURGE,
    /// A purge that another instance hands over: the call itself makes sure that it is sealed with
    /// the token, where there is one.
    HANDOVER
  }

  sealed interface Decision {
    record Allowed() implements Decision {}

    /// A bearer token was given and is none of ours: counted, since someone may be guessing.
    record WrongToken() implements Decision {}

    /// @param detail what was expected, for problem+json
    record Refused(String detail) implements Decision {}
  }

  private static final Decision ALLOWED = new Decision.Allowed();
  private static final List<String> PROXY_FIELDS = List.of("Forwarded", "X-Real-IP", "Via");
  private static final String PROXY_FIELD_PREFIX = "x-forwarded-";
  private static final String BEARER = "bearer ";

  private final AdminSettings settings;

  AdminAccess(AdminSettings settings) {
    this.settings = settings;
  }

  Decision decide(Permission permission, Peer peer, RequestHead head) {
    if (permission == Permission.OPEN) {
      return ALLOWED;
    }
    if (head.method().equals("POST") && !isJson(head.headers())) {
      // A web page can send a form to another origin without asking first, but not this type.
      return new Decision.Refused("expected Content-Type: application/json");
    }
    if (permission == Permission.PURGE && isAllowedToPurge(peer, head.headers())) {
      return ALLOWED;
    }
    if (permission == Permission.HANDOVER && settings.token().isPresent()) {
      return ALLOWED;
    }
    return needsToken(permission)
        ? decideByToken(permission, head.headers())
        : decideByLoopback(peer, head);
  }

  /// A token is needed where one is set that would admit the call.
  private boolean needsToken(Permission permission) {
    return settings.token().isPresent()
        || (permission == Permission.READ && settings.readToken().isPresent());
  }

  private Decision decideByToken(Permission permission, Headers headers) {
    Optional<String> bearer = bearer(headers);
    if (bearer.isEmpty()) {
      return new Decision.Refused("expected Authorization: Bearer with the admin token");
    }
    // Both are always compared, so that the time tells nothing about which one is set.
    boolean admin = equal(bearer.get(), settings.token());
    boolean reader = equal(bearer.get(), settings.readToken());
    if (admin || (reader && permission == Permission.READ)) {
      return ALLOWED;
    }
    return reader
        ? new Decision.Refused("the read token does not admit changes")
        : new Decision.WrongToken();
  }

  private Decision decideByLoopback(Peer peer, RequestHead head) {
    if (!HostName.isLoopback(peer.address())) {
      return new Decision.Refused(
          "without an admin token only this machine may ask, by a loopback address");
    }
    if (!namesThisMachine(head)) {
      return new Decision.Refused("expected a Host that is localhost or a loopback address");
    }
    Headers headers = head.headers();
    if (hasProxyFields(headers)) {
      return new Decision.Refused("a request that a proxy passed on needs an admin token");
    }
    if (!hasOwnOrigin(head) || !isOwnFetchSite(headers)) {
      return new Decision.Refused("a request of another site's page is never taken");
    }
    return ALLOWED;
  }

  /// Purges come from programs: whatever carries a browser's marks is a web page that runs behind
  /// an allowed address, which a rebinding name would bring past any check of Host.
  private boolean isAllowedToPurge(Peer peer, Headers headers) {
    return HostName.isAddress(peer.address())
        && settings.purgeAllow().contains(InetAddress.ofLiteral(peer.address()))
        && !headers.contains("Origin")
        && !headers.contains("Sec-Fetch-Site");
  }

  /// PURGE may name the site's own host, since that is part of what is purged.
  private boolean namesThisMachine(RequestHead head) {
    String host = HostName.of(head.authority());
    return HostName.isLoopback(host) || (head.method().equals("PURGE") && isSite(host, head));
  }

  private boolean isSite(String host, RequestHead head) {
    String authority = head.authority().toLowerCase(Locale.ROOT);
    return host.equals(HostName.of(settings.targetHost()))
        || settings.allowedHosts().stream()
            .anyMatch(glob -> glob.matches(host) || glob.matches(authority));
  }

  private static boolean isJson(Headers headers) {
    List<String> types = headers.all("Content-Type");
    return types.size() == 1
        && types.getFirst().split(";", 2)[0].strip().equalsIgnoreCase("application/json");
  }

  private static boolean hasProxyFields(Headers headers) {
    for (Headers.Field field : headers) {
      if (field.name().toLowerCase(Locale.ROOT).startsWith(PROXY_FIELD_PREFIX)) {
        return true;
      }
    }
    return PROXY_FIELDS.stream().anyMatch(headers::contains);
  }

  private static boolean hasOwnOrigin(RequestHead head) {
    String own = head.scheme() + "://" + head.authority();
    return head.headers().all("Origin").stream().allMatch(own::equalsIgnoreCase);
  }

  private static boolean isOwnFetchSite(Headers headers) {
    return headers.all("Sec-Fetch-Site").stream()
        .allMatch(site -> site.equals("none") || site.equals("same-origin"));
  }

  private static Optional<String> bearer(Headers headers) {
    List<String> values = headers.all("Authorization");
    if (values.size() != 1 || !values.getFirst().toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      return Optional.empty();
    }
    return Optional.of(values.getFirst().substring(BEARER.length()).strip());
  }

  /// In a time that depends on neither: digests are of one length whatever the token's.
  private static boolean equal(String given, Optional<String> expected) {
    byte[] digest = sha256(given);
    return MessageDigest.isEqual(digest, sha256(expected.orElse(""))) && expected.isPresent();
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
