package dev.terrace.purge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class PrefixesTest {
  private static final int TABLES = 300;
  private static final int PATHS = 200;

  @Test
  void noPrefixesCoverNothing() {
    assertThat(Prefixes.NONE.covering("/a")).isEqualTo(Version.NONE);
  }

  @Test
  void everyPrefixOfAPathIsFoundAndNoOther() {
    Random random = new Random(20_240_607);
    for (int table = 0; table < TABLES; table++) {
      TreeMap<String, Version> versions = new TreeMap<>();
      for (int i = random.nextInt(12); i >= 0; i--) {
        versions.put(word(random), new Version(random.nextInt(100), random.nextInt(100)));
      }
      Prefixes prefixes = Prefixes.of(versions);
      for (int i = 0; i < PATHS; i++) {
        String path = word(random);
        Version expected =
            versions.entrySet().stream()
                .filter(prefix -> path.startsWith(prefix.getKey()))
                .map(Map.Entry::getValue)
                .reduce(Version.NONE, Version::and);
        assertThat(prefixes.covering(path)).as("%s in %s", path, versions).isEqualTo(expected);
      }
    }
  }

  /// Of few letters, so that many begin with others.
  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      word.append((char) ('a' + random.nextInt(3)));
    }
    return word.toString();
  }
}
