package dev.terrace.rules;

import dev.terrace.http.RequestHead;
import java.util.List;

/// Turns a checked request into what Terrace keys, matches and forwards (`product.md` 1, 2).
public final class IntakePolicy {
  /// @param targetScheme of --target-url
  /// @param targetHost of --target-url with its port where it has one
  /// @param basePath of --target-url; empty, or begins with / and does not end with one
  /// @param apiPrefix empty, or begins with / and does not end with one
  /// @param forwardHost whether the client's Host is the target's
  /// @param normalise whether targets are normalised
  /// @param allowedHosts globs; empty: any
  public record Settings(
      String targetScheme,
      String targetHost,
      String basePath,
      String apiPrefix,
      boolean forwardHost,
      boolean normalise,
      List<Glob> allowedHosts) {}

  public IntakePolicy(Settings settings) {
    throw new UnsupportedOperationException("not built yet");
  }

  public Admission admit(RequestHead wire, Peer peer) {
    throw new UnsupportedOperationException("not built yet");
  }
}
