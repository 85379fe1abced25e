package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.terrace.config.Command;
import dev.terrace.config.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs what the pages show: every `curl` of a `console` block that asks localhost:4000, in the
/// order of the page, against the demo. Answers are compared whole but for numbers, digests and
/// dates.
final class DocsTest {
  @TempDir private Path files;
  private static final Path DOCS = Path.of("..", "docs");
  private static final String ADDRESS = "localhost:4000";
  private static final Pattern BLOCK = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);

  /// Digests, identifiers of receipts, and numbers, in this order: the first two hold digits.
  private static final Pattern VARYING =
      Pattern.compile("[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9.]*[0-9]");

  /// A line after `$ `, those that continue it, and what it prints.
  private record Example(String command, String output) {}

  @ParameterizedTest
  @ValueSource(strings = {"getting-started.md", "keys.md", "admin-api.md"})
  void everyCommandOfThePageAnswersAsThePageSays(String page) throws Exception {
    assumeTrue(hasCurl(), "curl is not installed");
    List<Example> examples = examples(Files.readString(DOCS.resolve(page)));
    assertThat(examples).isNotEmpty();
    try (DemoTarget target =
            DemoTarget.start(0, Duration.ZERO, Duration.ZERO, InstantSource.system());
        Terrace terrace = Terrace.start(settings(target), "test")) {
      String address = "127.0.0.1:" + terrace.port();
      if (page.equals("admin-api.md")) {
        run("curl -s " + address + "/products/1");
        run("curl -s -H 'Accept-Language: de' " + address + "/greeting");
      }
      for (Example example : examples) {
        String output = run(example.command().replace(ADDRESS, address));
        awaitFiles(address);
        if (!example.output().isEmpty()) {
          assertThat(comparable(output))
              .as("%s: %s", page, example.command())
              .isEqualTo(comparable(example.output()));
        }
      }
    }
  }

  /// A reader's next command comes later than that of a test.
  private static void awaitFiles(String address) throws Exception {
    String written = "terrace_layer_queue_bytes{layer=\"file\"} 0.0";
    Awaitility.await().until(() -> run("curl -s " + address + "/metrics").contains(written));
  }

  @Test
  void noOtherPageShowsCommandsThatNothingRuns() throws IOException {
    List<String> shown = new ArrayList<>();
    try (Stream<Path> pages = Files.walk(DOCS)) {
      for (Path page : pages.filter(path -> path.toString().endsWith(".md")).toList()) {
        if (!examples(Files.readString(page)).isEmpty()) {
          shown.add(page.getFileName().toString());
        }
      }
    }
    assertThat(shown).containsExactlyInAnyOrder("getting-started.md", "keys.md", "admin-api.md");
  }

  private static List<Example> examples(String page) {
    List<Example> examples = new ArrayList<>();
    Matcher block = BLOCK.matcher(page);
    while (block.find()) {
      for (String shown : block.group(1).split("(?m)^\\$ ")) {
        Example example = example(shown);
        if (example.command().contains(ADDRESS)) {
          examples.add(example);
        }
      }
    }
    return examples;
  }

  private static Example example(String shown) {
    int end = shown.indexOf('\n');
    while (end > 0 && shown.charAt(end - 1) == '\\') {
      end = shown.indexOf('\n', end + 1);
    }
    return end < 0
        ? new Example(shown, "")
        : new Example(shown.substring(0, end), shown.substring(end).strip());
  }

  private static String comparable(String output) {
    String text = output.replace("\r", "").replaceAll("(?m)^Date: .*$", "Date: …");
    return VARYING.matcher(text).replaceAll("#").strip();
  }

  private static boolean hasCurl() throws InterruptedException {
    try {
      return new ProcessBuilder("curl", "--version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static String run(String command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).as(command).isTrue();
    assertThat(process.exitValue()).as("%s: %s", command, output).isZero();
    return output;
  }

  private Settings settings(DemoTarget target) {
    List<String> arguments =
        List.of(
            "--target-url=" + target.url(),
            "--host=127.0.0.1",
            "--port=0",
            "--file-cache-dir=" + files);
    return switch (Command.parse(arguments, Map.of(), 1L << 28, "test")) {
      case Command.Serve(Settings settings, var warnings) -> settings;
      case Command.Demo demo -> throw new AssertionError(demo);
      case Command.Show show -> throw new AssertionError(show);
      case Command.Health health -> throw new AssertionError(health);
      case Command.Refuse refuse -> throw new AssertionError(refuse);
    };
  }
}
