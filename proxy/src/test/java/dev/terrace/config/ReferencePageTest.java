package dev.terrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// `docs/configuration.md` is written from the table of options: with `-Dterrace.docs.write=true`
/// this test writes it, else it fails where the page differs.
class ReferencePageTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");

  private static final String HEAD =
      """
      # Configuration

      <!-- Written from the table of options; `ReferencePageTest` says how. Do not edit it by hand. -->

      Every option can be given in three ways, and the first that gives it wins:

      1. a flag: `--cache-ttl=60` or `--cache-ttl 60`;
      2. an environment variable: `CACHE_TTL=60`;
      3. a key in a YAML file that `--config` names: `cacheTtl: 60`.

      Otherwise the default holds. `terrace --print-config` shows each value and where it came from,
      with secrets masked; its output can serve as a configuration file. `terrace --check-config`
      warns of what is allowed but doubtful, and starts nothing; with `--strict` warnings are errors.
      A value that is not allowed stops the start: one line says which option, what came and what is
      allowed, and the exit code is 2.

      ## How values are written

      - **Booleans**: `true`, `yes`, `1` or `false`, `no`, `0`. A flag alone means true; its value
        stands after `=`, as in `--forward-host=false`.
      - **Durations**: a whole number with `ms`, `s`, `m`, `h` or `d`, as in `1500ms` or `10m`. A bare
        number is in the unit that the default shows, else in seconds.
      - **Sizes**: a whole number with `KiB`, `MiB`, `GiB` (of 1024) or `kB`, `MB`, `GB` (of 1000), in
        capitals or not, or with `B`. A bare number is bytes.
      - **Lists**: members separated by commas; in the file also a YAML list. An empty flag
        (`--allowed-hosts=`) empties what a lower source lists.
      - **Secrets** can stand in a file of their own: `ADMIN_TOKEN_FILE`, `--admin-token-file` and
        `adminTokenFile` name it. One newline at its end is dropped. A secret beside its file in one
        source is an error. A secret as a flag is seen by every process of the machine, so that
        Terrace warns of it.
      - An empty environment variable, and a key without a value, are unset. A `tcp://…` value of
        `PORT`, `ADMIN_PORT` or `REDIS_PORT`, which Kubernetes sets for a service of that name, is
        ignored with a warning.
      - In the file rules are a list under `rules`, and the options of Redis a block under `redis`
        (`redis.host` below is `host` in it). An unknown key and a repeated key are errors. Names
        of files are relative to the directory in which Terrace was started.
      - `REDIS_URL` stands instead of host, port, user, password, db and nodes: beside one of them
        in one source it is an error; of different sources the higher wins, and a warning says what
        was left aside.

      An example:

      ```yaml
      targetUrl: https://api.example.com
      port: 4000
      cacheTtl: 1m
      trustedProxies: [10.0.0.0/8]
      adminTokenFile: /run/secrets/terrace-admin
      rules:
        - name: products
          pattern: /products/*
          ttl: 10m
      ```

      [rules.md](rules.md) explains the rules.
      """;

  @Test
  void the_page_is_what_the_table_says() throws IOException {
    String page = page();
    if (Boolean.getBoolean("terrace.docs.write")) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, page);
    }

    assertThat(PAGE).hasContent(page);
  }

  @Test
  void no_name_stands_twice_in_the_table_and_every_default_is_allowed() {
    Set<String> names = new HashSet<>();
    for (Option<?> option : Options.ALL) {
      assertThat(names.add(option.flag())).as(option.flag()).isTrue();
      assertThat(names.add(option.environment())).as(option.environment()).isTrue();
      option.yaml().ifPresent(key -> assertThat(names.add("yaml " + key)).as(key).isTrue());
      option.standard().ifPresent(text -> assertThat(option.kind().read(text)).isNotNull());
      assertThat(option.meaning()).endsWith(".").doesNotContain("\n");
    }
  }

  @Test
  void the_example_is_allowed() throws IOException {
    String yaml = HEAD.substring(HEAD.indexOf("```yaml\n") + 8, HEAD.lastIndexOf("```"));

    assertThat(ConfigFile.values("example", yaml))
        .containsKeys("targetUrl", "trustedProxies", "adminTokenFile", "rules");
  }

  private static String page() {
    StringBuilder page = new StringBuilder(HEAD);
    for (Section section : Section.values()) {
      page.append("\n## ").append(section.title()).append('\n');
      for (Option<?> option : Options.ALL) {
        if (option.section() == section) {
          page.append(entry(option));
        }
      }
    }
    return page.toString();
  }

  private static String entry(Option<?> option) {
    boolean secret = option.kind().is(Kind.Form.SECRET);
    return "\n### `--"
        + option.flag()
        + "`\n\n"
        + option.meaning()
        + "\n\n- Environment: `"
        + option.environment()
        + (secret ? "` or `" + option.environment() + Option.FILE_ENVIRONMENT : "")
        + "`\n"
        + option
            .yaml()
            .map(
                key ->
                    "- File: `" + key + (secret ? "` or `" + key + Option.FILE_YAML : "") + "`\n")
            .orElse("")
        + "- Default: "
        + option.standard().map(text -> "`" + text + "`").orElse(option.unset())
        + "\n- Allowed: "
        + option.kind().expected().replace("*", "\\*").replace("~", "\\~")
        + "\n";
  }
}
