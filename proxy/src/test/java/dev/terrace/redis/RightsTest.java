package dev.terrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The rights that are looked at are those that are needed, and those that the page lists.
final class RightsTest {
  private static final Path SCRIPTS = Path.of("src", "main", "resources");
  private static final Path PAGE = Path.of("..", "docs", "redis.md");
  private static final Pattern CALL = Pattern.compile("redis\\.p?call\\('([A-Z]+)'");

  /// What a server may hide is told in other words.
  private static final Set<String> TOLD_OTHERWISE = Set.of("INFO");

  @Test
  void whatScriptsCallIsLookedAtToo() throws IOException {
    Set<String> called = new TreeSet<>();
    try (Stream<Path> files = Files.walk(SCRIPTS)) {
      for (Path script : files.filter(file -> file.toString().endsWith(".lua")).toList()) {
        CALL.matcher(Files.readString(script)).results().forEach(call -> called.add(call.group(1)));
      }
    }
    called.removeAll(TOLD_OTHERWISE);

    assertThat(called).isNotEmpty();
    assertThat(needed()).containsAll(called);
  }

  @Test
  void theUserOfThePageMayDoWhatIsNeeded() throws IOException {
    String user =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith("user terrace "))
            .findFirst()
            .orElseThrow();

    for (String command : needed()) {
      assertThat(user).containsPattern("\\+" + command.toLowerCase(Locale.ROOT) + "( |$|\\|)");
    }
    assertThat(user).contains(" -@all ", " +info ");
  }

  private static Set<String> needed() {
    return Rights.NEEDED.stream().map(words -> words.split(" ")[0]).collect(Collectors.toSet());
  }
}
