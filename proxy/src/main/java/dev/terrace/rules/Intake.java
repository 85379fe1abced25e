package dev.terrace.rules;

import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestHead;
import java.util.List;
import java.util.stream.Stream;

/// A request as Terrace understands it, before a rule governs it: what was received, and what the
/// target is to see. Made by [IntakePolicy].
///
/// @param received as it came, cookie crumbs joined: what the safety gate reads
/// @param request end-to-end fields without those stripped from untrusted peers and those that
///   Connection names; target normalised, below the api-prefix
/// @param forwardedScheme of the target, or with `--forward-host` the client's
/// @param forwardedHost the host as the target sees it, in lower case
/// @param forwardedTarget base path and target: what is forwarded unless a rule drops parameters
public record Intake(
    RequestHead received,
    RequestHead request,
    String forwardedScheme,
    String forwardedHost,
    String forwardedTarget) {
  /// A HEAD as the GET whose stored answer it speaks of; anything else as it is.
  public Intake asGet() {
    return request.isHead()
        ? new Intake(
            received.withMethod("GET"),
            request.withMethod("GET"),
            forwardedScheme,
            forwardedHost,
            forwardedTarget)
        : this;
  }

  /// Whether the client asks for a tunnel by `Upgrade: websocket` (RFC 6455 §4.1), the one upgrade
  /// that is forwarded; every other is ignored, as RFC 9110 §7.8 allows.
  public boolean wantsWebSocket() {
    return received.version() == HttpVersion.HTTP_1_1
        && received.isGet()
        && received.headers().firstOr("Upgrade", "").equalsIgnoreCase("websocket")
        && namesUpgrade(received.headers().all("Connection"));
  }

  private static boolean namesUpgrade(List<String> connection) {
    return connection.stream()
        .flatMap(line -> Stream.of(line.split(",", -1)))
        .anyMatch(option -> option.strip().equalsIgnoreCase("Upgrade"));
  }
}
