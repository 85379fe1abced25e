package dev.terrace.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;

/// Where a Terrace that was started with the same options says whether it is up.
final class HealthUrl {
  private static final String PATH = "/health";
  private static final Set<String> EVERY_ADDRESS = Set.of("0.0.0.0", "::", "[::]");
  private static final String LOOPBACK = "127.0.0.1";

  private HealthUrl() {}

  /// @throws Refusal if it cannot be known, or is none
  static URI of(Arguments asked, Settings settings) {
    Optional<String> given = Optional.ofNullable(asked.flags().get(Arguments.URL));
    return given.isPresent() ? read(given.get()) : listening(settings);
  }

  private static URI read(String text) {
    try {
      URI url = new URI(text);
      boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (isHttp && url.getHost() != null && url.getRawUserInfo() == null) {
        return url.getRawPath().isEmpty() ? url.resolve(PATH) : url;
      }
    } catch (URISyntaxException e) {
      // Answered below, without what was given: it may hold a password.
    }
    throw new Refusal(
        Arguments.URL + ": not understood, expected http:// or https:// with a host and no user");
  }

  private static URI listening(Settings settings) {
    int port = settings.admin().port().orElse(settings.listen().port());
    if (port == 0) {
      throw new Refusal("--port: 0, expected the port that was taken; name it by --url");
    }
    String host = settings.listen().host();
    String asked = EVERY_ADDRESS.contains(host) ? LOOPBACK : host;
    String shown = asked.contains(":") && !asked.startsWith("[") ? '[' + asked + ']' : asked;
    String scheme = settings.listen().tls().isPresent() ? "https" : "http";
    return URI.create(scheme + "://" + shown + ':' + port + PATH);
  }
}
