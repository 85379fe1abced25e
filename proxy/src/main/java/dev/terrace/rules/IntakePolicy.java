package dev.terrace.rules;

import dev.terrace.http.Headers;
import dev.terrace.http.HopByHop;
import dev.terrace.http.RequestHead;
import dev.terrace.http.RequestTarget;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Turns a checked request into what Terrace keys, matches and forwards (`product.md` 1, 2).
///
/// The client's scheme and Host are those of the connection, unless a trusted proxy tells others in
/// X-Forwarded-Proto and X-Forwarded-Host: it ended the client's connection, and what it says of
/// that is believed. They are then part of the intake and so of the key, and [Forwarding] writes
/// these two fields anew from it: what the target is told never differs from what was keyed.
/// Immutable; safe for use by any thread.
public final class IntakePolicy {
  /// @param targetScheme of --target-url
  /// @param targetHost of --target-url with its port where it has one
  /// @param basePath of --target-url; empty, or begins with / and does not end with one
  /// @param apiPrefix empty, or begins with / and does not end with one
  /// @param forwardHost whether the client's Host is the target's
  /// @param normalise whether targets are normalised
  /// @param allowedHosts globs over the client's Host without regard to case; one without a port
  ///   allows every port; empty: any
  /// @param pseudonym in Via and CDN-Loop: a request that carries it has been here already
  public record Settings(
      String targetScheme,
      String targetHost,
      String basePath,
      String apiPrefix,
      boolean forwardHost,
      boolean normalise,
      List<Glob> allowedHosts,
      String pseudonym) {
    public Settings {
      targetHost = targetHost.toLowerCase(Locale.ROOT);
      allowedHosts =
          allowedHosts.stream().map(glob -> Glob.of(glob.text().toLowerCase(Locale.ROOT))).toList();
    }
  }

  private final Settings settings;

  public IntakePolicy(Settings settings) {
    this.settings = settings;
  }

  public Admission admit(RequestHead wire, Peer peer) {
    if (Loop.passedBefore(wire.headers(), settings.pseudonym())) {
      return new Admission.Rejected(
          508, "the request has passed here before, as Via or CDN-Loop say");
    }
    String clientHost = ForwardedFields.clientHost(wire, peer);
    if (!isAllowed(clientHost)) {
      return new Admission.Rejected(421, "Host: expected one of --allowed-hosts");
    }
    Optional<String> normal = RequestTarget.normalised(wire.target());
    if (normal.isEmpty()) {
      return new Admission.Rejected(400, "the path climbs above the root");
    }
    // A target that is forwarded as it came may still not leave the prefix by dot segments.
    String target = settings.normalise() ? normal.get() : wire.target();
    if (!isBelowPrefix(normal.get()) || !isBelowPrefix(target)) {
      return new Admission.Rejected(404, "expected a path below " + settings.apiPrefix());
    }
    return new Admission.Admitted(intake(wire, peer, clientHost, belowPrefix(target)));
  }

  private Intake intake(RequestHead wire, Peer peer, String clientHost, String target) {
    RequestHead request =
        new RequestHead(
            wire.method(),
            ForwardedFields.clientScheme(wire, peer),
            clientHost,
            target,
            endToEnd(wire, peer),
            wire.version());
    boolean forwardsHost = settings.forwardHost() && !clientHost.isEmpty();
    return new Intake(
        wire,
        request,
        settings.forwardHost() ? request.scheme() : settings.targetScheme(),
        forwardsHost
            ? UrlReference.withoutDefaultPort(request.scheme(), clientHost)
            : settings.targetHost(),
        target.equals("*") ? target : settings.basePath() + target);
  }

  private static Headers endToEnd(RequestHead wire, Peer peer) {
    Set<String> named = HopByHop.namedByConnection(wire.headers());
    boolean readsOnly = wire.isGet() || wire.isHead();
    return wire.headers()
        .filtered(
            (name, value) ->
                !HopByHop.isHopByHop(name)
                    && !ForwardedFields.isFraming(name)
                    && !ForwardedFields.isOwn(name)
                    && !named.contains(name)
                    && (peer.trust() == Peer.Trust.TRUSTED
                        || !(ForwardedFields.isForTrusted(name)
                            || (readsOnly && ForwardedFields.isMethodOverride(name)))));
  }

  private boolean isAllowed(String host) {
    if (settings.allowedHosts().isEmpty()) {
      return true;
    }
    int colon = host.lastIndexOf(':');
    int nameEnd = colon > host.lastIndexOf(']') ? colon : host.length();
    for (Glob glob : settings.allowedHosts()) {
      if (glob.matches(host) || glob.matches(host, 0, nameEnd)) {
        return true;
      }
    }
    return false;
  }

  private boolean isBelowPrefix(String target) {
    String prefix = settings.apiPrefix();
    if (!target.startsWith(prefix)) {
      return false;
    }
    return prefix.isEmpty()
        || target.length() == prefix.length()
        || target.charAt(prefix.length()) == '/'
        || target.charAt(prefix.length()) == '?';
  }

  private String belowPrefix(String target) {
    String below = target.substring(settings.apiPrefix().length());
    return below.startsWith("/") || below.equals("*") ? below : "/" + below;
  }
}
