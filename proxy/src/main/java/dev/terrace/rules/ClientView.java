package dev.terrace.rules;

import dev.terrace.http.Headers;
import java.util.Optional;

/// What clients are shown of the target's fields (`product.md` 5, http.md 1).
public final class ClientView {
  /// Whether Surrogate-Key and Cache-Tag reach clients (`--keep-tag-headers`).
  public enum TagFields {
    KEPT,
    REMOVED
  }

  /// @param basePath of --target-url; empty, or begins with / and does not end with one
  /// @param apiPrefix empty, or begins with / and does not end with one
  public record Settings(String basePath, String apiPrefix, TagFields tags) {}

  public ClientView(Settings settings) {
    throw new UnsupportedOperationException("not built yet" + settings);
  }

  /// The fields as a client gets them: without Terrace-Cache-Control, Warning and, where the rule
  /// ignores it, Set-Cookie; a Location that points into the target as a path of the client's view.
  public Headers of(Intake intake, Optional<Rule> governing, Headers headers) {
    throw new UnsupportedOperationException("not built yet");
  }
}
