package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What the process says of itself, and the canary secret that it never says (security.md S18).
class MainTest {
  private static final String CANARY = "canary-0123456789-canary";

  @TempDir private Path directory;

  @Test
  void help_fits_a_hundred_columns_and_names_every_section_with_its_options() {
    Run run = Run.of(Map.of(), "--help");

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 100);
    assertThat(run.out())
        .contains("Listening", "Target", "Keys and rules", "Memory layer", "Admin API", "Limits")
        .contains("--target-url=<url>", "[TARGET_URL; required]")
        .contains("--cache-ttl=<seconds>", "demo");
    assertThat(Run.of(Map.of(), "demo", "-h").out()).isEqualTo(run.out());
  }

  @Test
  void version_is_one_line() {
    assertThat(Run.of(Map.of(), "-V").out()).isEqualTo("terrace in development\n");
  }

  @Test
  void print_config_says_where_each_value_came_from() throws IOException {
    String config = file("terrace.yaml", "host: 127.0.0.1\n");
    String token = file("token", CANARY);

    String printed =
        Run.of(
                Map.of("PORT", "5000", "ADMIN_TOKEN_FILE", token, "KEY_SECRET", CANARY),
                "--config=" + config,
                "--cache-rules=[{\"pattern\":\"/a\",\"ttl\":5}]",
                "--print-config")
            .out();

    assertThat(printed.lines().map(line -> line.replaceFirst(" +#", " #")))
        .contains(
            "host: 127.0.0.1 # file " + config + ": host",
            "port: 5000 # environment PORT",
            "adminToken: \"***\" # environment ADMIN_TOKEN_FILE (" + token + ")",
            "keySecret: \"***\" # environment KEY_SECRET",
            "rules: # flag --cache-rules",
            "cacheTtl: 0 # default",
            "# apiPrefix: # default: none");
  }

  @Test
  void what_print_config_shows_is_a_configuration_file_that_means_the_same() throws IOException {
    String[] arguments = {
      "--target-url=http://localhost:9/base",
      "--allowed-hosts=*.example.com,a",
      "--cache-ttl=5m",
      "--cache-max-bytes=1MiB",
      "--cache-rules=[{\"pattern\":\"*/a\\\\*?x=*\",\"ttl\":5},{\"pattern\":\"/b\"}]"
    };
    Run first = Run.of(Map.of(), arguments);

    String[] printing =
        Stream.concat(Stream.of(arguments), Stream.of("--print-config")).toArray(String[]::new);
    String config = file("printed.yaml", Run.of(Map.of(), printing).out());
    Run second = Run.of(Map.of(), "--config", config);

    assertThat(second.serve().settings().toString().replace(config, ""))
        .isEqualTo(first.serve().settings().toString());
  }

  @ParameterizedTest
  @MethodSource
  void no_secret_stands_in_what_is_said(Map<String, String> environment, List<String> arguments)
      throws IOException {
    List<String> printing = new ArrayList<>(arguments);
    for (int i = 0; i < printing.size(); i++) {
      if (printing.get(i).startsWith("YAML ")) {
        printing.set(i, "--config=" + file("secret.yaml", printing.get(i).substring(5)));
      }
    }
    for (String act : List.of("--print-config", "--check-config", "--strict")) {
      List<String> all = new ArrayList<>(printing);
      all.add(act);
      Run run = Run.of(environment, all.toArray(String[]::new));

      assertThat(run.out() + run.err()).isNotEmpty().doesNotContain("canary");
    }
  }

  static Stream<Arguments> no_secret_stands_in_what_is_said() {
    String rules =
        "[{\"pattern\":\"/a\",\"conditions\":{\"headers\":{\"authorization\":\"canary\"}}}]";
    return Stream.of(
        given(Map.of("ADMIN_TOKEN", CANARY, "ADMIN_READ_TOKEN", CANARY, "KEY_SECRET", CANARY)),
        given(Map.of("ADMIN_TOKEN", "canary")),
        given(Map.of("ADMIN_TOKEN", "canary with blanks in between")),
        given(Map.of("TARGET_URL", "https://user:canary@example.com")),
        given(Map.of("TARGET_URL", "user:canary@example.com")),
        given(Map.of("CACHE_RULES", rules)),
        given(Map.of("CACHE_RULES", rules.replace("\"canary\"", "\"canary{\""))),
        given(Map.of("CACHE_RULES", rules.replace("\"canary\"", "[\"canary\"]"))),
        given(Map.of("CACHE_RULES", rules.replace("{\"authorization\":\"canary\"}", "\"canary\""))),
        given(Map.of("CACHE_RULES", rules.replace("\"canary\"", "canary"))),
        given(Map.of(), "--admin-token=" + CANARY),
        given(Map.of(), "--admin-token", CANARY),
        given(Map.of(), "--admin-tokem=" + CANARY),
        given(Map.of(), "--key-secret=" + CANARY, "--key-secret=" + CANARY),
        given(Map.of(), "YAML adminToken: " + CANARY),
        given(Map.of(), "YAML adminToken: canary"),
        given(Map.of(), "YAML adminToken: *canary"),
        given(Map.of(), "YAML adminToken: [canary]"),
        given(Map.of(), "YAML adminToken: \"canary"),
        given(Map.of(), "YAML adminToken: 'a': canary"),
        given(Map.of(), "YAML adminToken: !canary x"));
  }

  @Test
  void the_process_itself_says_one_line_and_exits_with_2() throws Exception {
    assertThat(process("--cache-ttl", "banana"))
        .isEqualTo(
            "2 terrace: --cache-ttl: got \"banana\", expected seconds or a duration such as 1500ms,"
                + " 90s, 10m, 12h or 30d, from 0 to 3650d\n");
    assertThat(process("--frobnicate")).isEqualTo("2 terrace: --frobnicate: unknown option\n");
    assertThat(process())
        .isEqualTo(
            "2 terrace: --target-url: not given, expected the URL of the target; to see Terrace work"
                + " without one: terrace demo\n");
    assertThat(process("--version")).isEqualTo("0 terrace in development\n");
  }

  /// The exit code, and all that a process with this class path and no environment says.
  private static String process(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.terrace.Main"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + " " + said;
  }

  private static Arguments given(Map<String, String> environment, String... arguments) {
    return Arguments.of(environment, List.of(arguments));
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }
}
