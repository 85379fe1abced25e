package dev.terrace.admin;

import dev.terrace.config.Networks;
import dev.terrace.config.Secret;
import dev.terrace.config.Settings;
import dev.terrace.rules.Glob;
import java.util.List;
import java.util.Optional;

/// Where the admin API is and who may use it (`product.md` 1 and 6).
///
/// @param path `--admin-path`: begins with `/`, does not end with one
/// @param scheme of the main port, which a URL that is only a path is asked for by
/// @param placement whether it shares the main port
/// @param token `--admin-token`: admits everything; empty for none
/// @param readToken `--admin-read-token`: admits what changes nothing; empty for none
/// @param purgeAllow `--purge-allow`
/// @param allowedHosts globs over the names under which the site is asked for; empty: any
/// @param targetHost the target's own name, which is the site's, too
public record AdminSettings(
    String path,
    String scheme,
    Placement placement,
    Optional<String> token,
    Optional<String> readToken,
    Networks purgeAllow,
    List<Glob> allowedHosts,
    String targetHost) {

  /// The shortest token (security.md S2).
  public static final int MIN_TOKEN_CHARACTERS = 16;

  /// Which port the admin API listens on.
  public enum Placement {
    MAIN_PORT,
    /// `--admin-port`: then the main port is wholly the target's.
    OWN_PORT
  }

  public AdminSettings {
    if (!path.startsWith("/") || path.endsWith("/")) {
      throw new IllegalArgumentException("expected an admin path like /cache, got " + path);
    }
    token.ifPresent(AdminSettings::requireLength);
    readToken.ifPresent(AdminSettings::requireLength);
    allowedHosts = List.copyOf(allowedHosts);
  }

  /// The part of all settings that is about the admin API.
  public static AdminSettings of(Settings settings) {
    Settings.Admin admin = settings.admin();
    return new AdminSettings(
        admin.path(),
        settings.listen().tls().isPresent() ? "https" : "http",
        admin.port().isPresent() ? Placement.OWN_PORT : Placement.MAIN_PORT,
        admin.token().map(Secret::text),
        admin.readToken().map(Secret::text),
        admin.purgeAllow(),
        settings.listen().allowedHosts(),
        settings.target().authority());
  }

  /// Without the tokens.
  @Override
  public String toString() {
    return "AdminSettings[" + path + ", " + placement + "]";
  }

  private static void requireLength(String token) {
    if (token.length() < MIN_TOKEN_CHARACTERS) {
      throw new IllegalArgumentException(
          "expected a token of "
              + MIN_TOKEN_CHARACTERS
              + " characters at least, got "
              + token.length());
    }
  }
}
