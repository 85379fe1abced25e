package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The commands by which docs/redis.md starts Terrace are understood as they are written: a shell
/// reads them, with another program in Terrace's place that tells what it was given. So does the
/// script of docs/invalidation.md, with another curl.
final class DocsCommandsTest {
  private static final Path PAGE = Path.of("..", "docs", "redis.md");
  private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

  /// What may be run here: variables, and Terrace.
  private static final Pattern HARMLESS =
      Pattern.compile(
          "(export \\w+=('[^']*'|\\S*)\n|(\\w+=\\S+ (\\\\\n *)?)*\\./terrace [^\n;&|]*\n)+");

  private static final String TELLS =
      """
      #!/bin/sh
      { env -0; printf '\\1'; printf '%s\\0' "$@"; printf '\\2'; } >>told
      """;

  @TempDir private Path directory;

  @Test
  void everyCommandThatStartsTerraceIsUnderstood() throws Exception {
    List<String> blocks =
        BLOCK
            .matcher(Files.readString(PAGE))
            .results()
            .map(block -> block.group(1))
            .filter(block -> block.contains("./terrace "))
            .toList();

    assertThat(blocks).hasSizeGreaterThan(8);
    for (String block : blocks) {
      assertThat(HARMLESS.matcher(block.replaceAll("\\\\\n +(?=-)", "")).matches())
          .as(block)
          .isTrue();
      List<Run> runs = runs(block);
      assertThat(runs).as(block).hasSize(block.split("\\./terrace ", -1).length - 1);
      for (Run run : runs) {
        assertThat(run.serve().settings().redis().enabled()).as(block).isTrue();
      }
    }
  }

  /// What the script of docs/invalidation.md is told, one status a question, and how it ends.
  @ParameterizedTest
  @CsvSource({"202 000 202 200, 0", "202 404, 1", "403, 1", "200, 0"})
  void theScriptThatWaitsForAReceiptEndsWhereThereWillBeNone(String statuses, int code)
      throws Exception {
    String page = Files.readString(PAGE.resolveSibling("invalidation.md"));
    String script =
        BLOCK
            .matcher(page)
            .results()
            .map(block -> block.group(1))
            .filter(block -> block.contains("http_code"))
            .findFirst()
            .orElseThrow();
    Files.writeString(directory.resolve("statuses"), statuses.replace(' ', '\n') + "\n");
    String curl =
        """
        #!/bin/sh
        read -r status <statuses
        sed -i 1d statuses
        printf %s "$status"
        test "$status" != 000
        """;
    Path program = Files.writeString(directory.resolve("curl"), curl);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    ProcessBuilder shell =
        new ProcessBuilder("sh", "-e", "-c", script.replace("sleep 1", "sleep 0.01"));
    shell.directory(directory.toFile()).redirectErrorStream(true);
    shell.environment().put("PATH", directory + ":" + System.getenv("PATH"));
    shell.redirectOutput(directory.resolve("said").toFile());
    Process process = shell.start();
    try {
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(code);
    assertThat(directory.resolve("statuses")).isEmptyFile();
  }

  private List<Run> runs(String block) throws IOException, InterruptedException {
    Path program = Files.writeString(directory.resolve("terrace"), TELLS);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    for (String name : List.of("redis-password", "redis-entry-key", "admin-token")) {
      Files.writeString(directory.resolve(name), "c2VjcmV0LXNlY3JldC1zZWNyZXQ=");
    }
    Path told = directory.resolve("told");
    Files.deleteIfExists(told);
    ProcessBuilder shell =
        new ProcessBuilder("sh", "-e", "-c", block.replace("/run/secrets/", directory + "/"));
    shell.directory(directory.toFile()).redirectErrorStream(true);
    shell.environment().keySet().retainAll(List.of("PATH"));
    Process process = shell.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("%s%s", block, said).isZero();
    List<Run> runs = new ArrayList<>();
    for (String call : Files.readString(told).split("\2")) {
      String[] parts = call.split("\1", 2);
      runs.add(Run.of(environment(parts[0]), parts[1].split("\0")));
    }
    return runs;
  }

  private static Map<String, String> environment(String told) {
    Map<String, String> environment = new HashMap<>();
    for (String variable : told.split("\0")) {
      String[] pair = variable.split("=", 2);
      environment.put(pair[0], pair[1]);
    }
    return environment;
  }
}
