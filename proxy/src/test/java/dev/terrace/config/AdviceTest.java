package dev.terrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.Run;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What `--check-config` warns of.
class AdviceTest {
  private static final String DECEPTION =
      "rule 0 trusts the end of a path: whoever asks for /account/x.css may get an account stored"
          + " where the target ignores the end";

  /// @param rules the value of CACHE_RULES
  /// @param warnings expected, all of them
  record Row(String rules, List<String> warnings) {
    @Override
    public String toString() {
      return rules;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void rules(Row row) {
    Run run = Run.of(Map.of("CACHE_RULES", row.rules(), "TARGET_URL", "http://localhost:9"));

    assertThat(run.serve().warnings()).isEqualTo(row.warnings());
  }

  static Stream<Row> rules() {
    return Stream.of(
        row("[{'pattern':'/a','ttl':5},{'pattern':'/b','ttl':5}]"),
        row(
            "[{'pattern':'*/api/*'},{'pattern':'*/api/users/*'}]",
            "rule 1 governs nothing: rule 0 hides it"),
        row(
            "[{'pattern':'/*'},{'pattern':'*/api/{a,b}?x=*'}]",
            "rule 1 governs nothing: rule 0 hides it"),
        row(
            "[{'pattern':'*/a'},{'pattern':'/a'},{'pattern':'/c'},{'pattern':'/c'}]",
            "rule 1 governs nothing: rule 0 hides it",
            "rule 3 governs nothing: rule 2 hides it"),
        row("[{'pattern':'*/api/users/*'},{'pattern':'*/api/*'}]"),
        row("[{'pattern':'/a?x=1'},{'pattern':'/a'}]"),
        row("[{'pattern':'/a','methods':['HEAD']},{'pattern':'/a'}]"),
        row(
            "[{'pattern':'/a','methods':['GET']},{'pattern':'/a'}]",
            "rule 1 governs nothing: rule 0 hides it"),
        row("[{'pattern':'/a','conditions':{'headers':{'X-A':'*'}}},{'pattern':'/a'}]"),
        row(
            "[{'pattern':'/*','conditions':{'headers':{'X-A':'*'}}},"
                + "{'pattern':'/a','conditions':{'headers':{'x-a':'1','x-b':'2'}}}]",
            "rule 1 governs nothing: rule 0 hides it"),
        row(
            "[{'pattern':'/a','ignore':['no-store']}]",
            "rule 0 lifts a gate for all that it matches: no-store"),
        row(
            "[{'pattern':'/a','ignore':['cookie','set-cookie'],'identity':'cookie:sid'}]",
            "rule 0 lifts a gate for each identity: set-cookie, cookie"),
        row(
            "[{'pattern':'/a','ignore':['private'],'shared':true}]",
            "rule 0 lifts a gate for everyone: private"),
        row(
            "[{'pattern':'/a','identity':'header:Authorization'}]",
            "rule 0 lifts the gate of the credential that its identity names, one entry each"),
        row("[{'pattern':'*.css','ttl':60,'ttlMode':'override'}]", DECEPTION),
        row("[{'pattern':'/static/*.{js,css}?v=*','ttl':60,'ttlMode':'override'}]", DECEPTION),
        row("[{'pattern':'/static/site.css','ttl':60,'ttlMode':'override'}]"),
        row("[{'pattern':'*.css','ttl':60}]"),
        row(
            "[{'pattern':'/a','methods':['GET','POST']}]",
            "rule 0 names POST: a POST that repeats one does not reach the target"),
        row("[{'pattern':'/a','methods':['QUERY']}]"),
        row(
            "[{'pattern':'/a','layers':['memory','redis']}]",
            "rule 0 names a layer that is not enabled: redis"),
        row("[{'pattern':'/a','layers':['memory']}]"),
        row(
            "[{'pattern':'/a','ttl':'31d'}]",
            "rule 0 has a ttl longer than max-life, so that nothing reaches it"),
        row(
            "[{'pattern':'/a','ttl':60,'conditions':{'statusCodes':[500,403]}}]",
            "rule 0 has a ttl that nothing reaches: errors live 10 s at most"),
        row("[{'pattern':'/a','ttl':60,'conditions':{'statusCodes':[500,404]}}]"),
        row(
            "[{'pattern':'/a','ttl':60,'conditions':{'statusCodes':[206,304]}}]",
            "rule 0 has a ttl that nothing reaches: it does not apply to 206 and 304"),
        row(
            "[{'pattern':'/a','ttl':60,'enabled':false}]",
            "rule 0 has a ttl, but is not enabled, so that nothing reaches it"));
  }

  @Test
  void bytes_that_bind_before_the_entries_do_are_said() {
    assertThat(warnings("--cache-max-bytes=1000KiB", "--cache-max-size=1000"))
        .containsExactly(
            "--cache-max-bytes binds before --cache-max-size does: 1024000 bytes leave 1024 for"
                + " each of 1000 entries");
    assertThat(warnings("--cache-max-bytes=10000KiB", "--cache-max-size=1000")).isEmpty();
  }

  @Test
  void a_default_life_that_max_life_cuts_is_said() {
    assertThat(warnings("--cache-ttl=2d", "--max-life=1"))
        .containsExactly("--cache-ttl is longer than --max-life, so that nothing reaches it");
  }

  @Test
  void check_config_shows_warnings_and_starts_nothing() {
    Run run =
        Run.of(Map.of(), "--target-url=http://a", "--check-config", "--cacheable-methods=POST");

    assertThat(run.code()).isZero();
    assertThat(run.served()).isEmpty();
    assertThat(run.out())
        .isEqualTo(
            """
            warning: --cacheable-methods names POST: a POST that repeats one does not reach the target
            The configuration is sound.
            """);
  }

  @Test
  void strict_makes_each_warning_an_error_with_and_without_check_config() {
    for (String act : List.of("--strict", "--check-config")) {
      Run run =
          Run.of(Map.of(), "--target-url=http://a", act, "--strict", "--cacheable-methods=POST");

      assertThat(run.code()).isEqualTo(2);
      assertThat(run.served()).isEmpty();
      assertThat(run.err())
          .isEqualTo(
              "terrace: --cacheable-methods names POST: a POST that repeats one does not reach the"
                  + " target\n");
    }
  }

  private static List<String> warnings(String... arguments) {
    return Run.of(Map.of("TARGET_URL", "http://localhost:9"), arguments).serve().warnings();
  }

  private static Row row(String rules, String... warnings) {
    return new Row(rules.replace('\'', '"'), List.of(warnings));
  }
}
