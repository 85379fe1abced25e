package dev.terrace.rules;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What is a credential, and how it is hidden: masked for people, a digest in keys (`product.md`
/// 2). Immutable; safe for use by any thread.
public final class Secrets {
  /// What stands for a credential in logs and admin answers.
  public static final String MASK = "***";

  private static final String HMAC = "HmacSHA256";

  /// Fields that are credentials by their definition.
  private static final List<String> CREDENTIAL_FIELDS =
      List.of("Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie");

  /// A name that holds one of these is a credential's.
  private static final List<String> TELLING_WORDS =
      List.of(
          "token", "secret", "password", "session", "signature", "api-key", "api_key", "apikey");

  private static final Glob TELLING = anySpellingOf(TELLING_WORDS);

  private final Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  private final byte[] hmacKey;
  private final byte[] salt;

  /// @param moreNames from `--secret-names`
  /// @param hmacKey `--key-secret`, empty for none
  /// @param salt the key prefix, used where there is no hmacKey
  public Secrets(Set<String> moreNames, String hmacKey, String salt) {
    names.addAll(CREDENTIAL_FIELDS);
    names.addAll(moreNames);
    this.hmacKey = hmacKey.getBytes(StandardCharsets.UTF_8);
    this.salt = salt.getBytes(StandardCharsets.UTF_8);
  }

  /// `*{[tT][oO]…,…}*`: one pass over the name for all words, and no copy in lower case.
  private static Glob anySpellingOf(Collection<String> words) {
    return Glob.of(
        words.stream().map(Secrets::anySpelling).collect(Collectors.joining(",", "*{", "}*")));
  }

  private static String anySpelling(String word) {
    StringBuilder glob = new StringBuilder();
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      glob.append('[').append('\\').append(c).append('\\').append(Character.toUpperCase(c));
      glob.append(']');
    }
    return glob.toString();
  }

  /// Whether a field or query parameter of this name holds a credential.
  ///
  /// @param name of a parameter: percent-decoded
  public boolean isSecret(String name) {
    return TELLING.matches(name) || names.contains(name);
  }

  /// The digest that stands for the value in keys: 64 lower-case hexadecimal digits of
  /// HMAC-SHA-256, or of SHA-256 over the salt, a NUL and the value.
  public String digest(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    try {
      return HexFormat.of().formatHex(hmacKey.length > 0 ? hmac(bytes) : salted(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256 and " + HMAC, e);
    }
  }

  private byte[] hmac(byte[] value) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(HMAC);
    mac.init(new SecretKeySpec(hmacKey, HMAC));
    return mac.doFinal(value);
  }

  private byte[] salted(byte[] value) throws GeneralSecurityException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update(Arrays.copyOf(salt, salt.length + 1));
    return sha256.digest(value);
  }

  /// The target with the values of secret query parameters as `***`.
  ///
  /// @param target a path and a query perhaps; also a whole URL, whose userinfo is masked too
  public String masked(String target) {
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    String query =
        mark < 0 ? "" : "?" + Query.withSecrets(target.substring(mark + 1), this, value -> MASK);
    return withoutUserinfo(path) + query;
  }

  /// The text of a [Pattern], sound or not, with what may be the value of a secret query parameter
  /// as `***`. Of a URL it hides what [#masked] does.
  public String maskedPattern(String text) {
    int mark = text.indexOf('?');
    return mark < 0
        ? withoutUserinfo(text)
        : withoutUserinfo(text.substring(0, mark))
            + "?"
            + MaskedPattern.query(text.substring(mark + 1), this);
  }

  private static String withoutUserinfo(String url) {
    int authority = url.indexOf("://");
    if (authority < 0) {
      return url;
    }
    int end = url.indexOf('/', authority + 3);
    int at = url.lastIndexOf('@', end < 0 ? url.length() : end);
    return at < authority ? url : url.substring(0, authority + 3) + MASK + url.substring(at);
  }
}
