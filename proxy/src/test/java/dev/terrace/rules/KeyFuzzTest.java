package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The canonical form of any request can be read back part by part into what was keyed: nothing
/// that a client sends can be mistaken for another part.
final class KeyFuzzTest {
  private static final KeyPolicy KEYS =
      new KeyPolicy(
          new KeyPolicy.Settings(Set.of("GET"), List.of("X-A", "X-B"), false),
          new Secrets(Set.of(), "", "salt"));

  @FuzzTest
  void theCanonicalFormCanBeReadBack(FuzzedDataProvider data) {
    String path = "/" + data.consumeString(20).replace("?", "");
    String query = data.consumeBoolean() ? "?" + data.consumeString(20).replace("=", "") : "";
    String host = data.consumeString(20);
    Headers.Builder fields = Headers.builder();
    List<String> expected = new ArrayList<>(List.of("GET", "http", "http", host, path));
    if (!query.isEmpty()) {
      expected.add(query.substring(1));
    }
    for (String name : List.of("x-a", "x-b")) {
      expected.add(name);
      for (int i = data.consumeInt(0, 2); i > 0; i--) {
        String value = data.consumeString(20);
        fields.add(name, value);
        expected.add(value);
      }
    }
    RequestHead head =
        new RequestHead("GET", "http", host, path + query, fields.build(), HttpVersion.HTTP_1_1);
    Intake intake = new Intake(head, head, "http", host, path + query);
    KeyDecision decision = KEYS.key(intake, Optional.empty(), new KeyPolicy.Body.None());
    assertThat(decision).isInstanceOf(KeyDecision.Keyed.class);
    if (decision instanceof KeyDecision.Keyed(CacheKey key, String target)) {
      assertThat(parts(key.canonical())).isEqualTo(expected);
      assertThat(target).isEqualTo(path + query);
    }
  }

  /// The texts of the form, by its grammar.
  private static List<String> parts(String canonical) {
    List<String> parts = new ArrayList<>();
    int at = "k1".length();
    while (at < canonical.length()) {
      char kind = canonical.charAt(++at);
      if (kind < '0' || kind > '9') {
        at++;
        continue;
      }
      int colon = canonical.indexOf(':', at);
      int length = Integer.parseInt(canonical, at, colon, 10);
      parts.add(canonical.substring(colon + 1, colon + 1 + length));
      at = colon + 1 + length;
    }
    return parts;
  }
}
