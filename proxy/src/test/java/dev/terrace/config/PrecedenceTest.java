package dev.terrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.Run;
import dev.terrace.rules.ReusePolicy;
import dev.terrace.rules.StorePolicy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which source wins, and how each spells a value (`product.md` 1).
class PrecedenceTest {
  private static final String TARGET = "--target-url=http://localhost:9";

  @TempDir private Path directory;

  @Test
  void without_any_source_the_defaults_of_the_table_hold() {
    Settings settings = settings(Map.of());

    assertThat(settings.listen().host()).isEqualTo("0.0.0.0");
    assertThat(settings.listen().port()).isEqualTo(4000);
    assertThat(settings.admin().path()).isEqualTo("/cache");
    assertThat(settings.admin().port()).isEmpty();
    assertThat(settings.target().connectTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.target().headTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(settings.cache().ttl()).isZero();
    assertThat(settings.cache().heuristicFraction()).isEqualTo(0.1);
    assertThat(settings.cache().cacheableMethods()).containsExactlyInAnyOrder("GET", "HEAD");
    assertThat(settings.cache().staleIfUnreachable()).isEqualTo(Duration.ofSeconds(60));
    assertThat(settings.cache().maxLife()).isEqualTo(Duration.ofDays(30));
    assertThat(settings.memory().maxEntries()).isEqualTo(10_000);
    assertThat(settings.memory().maxBytes()).isEqualTo(Runtime.getRuntime().maxMemory() / 4);
    assertThat(settings.memory().maxBodyBytes()).isEqualTo(settings.memory().maxBytes() / 16);
    assertThat(settings.shutdown().grace()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.limits().maxBodyBytes()).isEqualTo(Long.MAX_VALUE);
    assertThat(settings.requestLimits().headBytes()).isEqualTo(32 << 10);
  }

  @Test
  void a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default()
      throws IOException {
    String config = "--config=" + file("port: 1\nhost: file\ncacheMaxSize: 7\n");
    Map<String, String> environment = Map.of("PORT", "2", "HOST", "environment");

    Settings settings = settings(environment, config, "--port=3");

    assertThat(settings.listen().port()).isEqualTo(3);
    assertThat(settings.listen().host()).isEqualTo("environment");
    assertThat(settings.memory().maxEntries()).isEqualTo(7);
  }

  @Test
  void the_policies_of_the_rules_get_what_the_operator_wants() {
    Settings settings =
        settings(
            Map.of("MAX_TAGS", "7", "MAX_SET_COOKIES", "0", "SECRET_NAMES", "x-partner"),
            "--api-prefix=/api",
            "--query-order=keep",
            "--client-cache-control=ignore",
            "--url-normalisation=off");

    assertThat(settings.storePolicy().bounds()).isEqualTo(new StorePolicy.Bounds(16, 7, 256, 0));
    assertThat(settings.intakePolicy().apiPrefix()).isEqualTo("/api");
    assertThat(settings.intakePolicy().normalise()).isFalse();
    assertThat(settings.keyPolicy().sortQuery()).isFalse();
    assertThat(settings.reusePolicy().clientCacheControl())
        .isEqualTo(ReusePolicy.ClientCacheControl.IGNORE);
    assertThat(settings.secrets().isSecret("X-Partner")).isTrue();
  }

  @Test
  void a_value_that_loses_is_never_read() throws IOException {
    String config = "--config=" + file("port: nonsense\n");

    assertThat(settings(Map.of("PORT", "nonsense"), config, "--port=3").listen().port())
        .isEqualTo(3);
  }

  @Test
  void the_file_can_be_named_in_the_environment_and_hold_the_target() throws IOException {
    Map<String, String> environment =
        Map.of("TERRACE_CONFIG", file("targetUrl: https://api.example.com/v1/\n"));

    Settings.Target target = Run.of(environment).serve().settings().target();

    assertThat(target.scheme()).isEqualTo("https");
    assertThat(target.authority()).isEqualTo("api.example.com");
    assertThat(target.basePath()).isEqualTo("/v1");
  }

  @Test
  void an_empty_variable_and_a_key_without_a_value_are_unset() throws IOException {
    String config = "--config=" + file("port:\nhost: ''\ncacheMaxSize: ~\n");

    Settings settings = settings(Map.of("PORT", ""), config);

    assertThat(settings.listen().port()).isEqualTo(4000);
    assertThat(settings.listen().host()).isEqualTo("0.0.0.0");
    assertThat(settings.memory().maxEntries()).isEqualTo(10_000);
  }

  @Test
  void a_boolean_flag_alone_means_true_and_takes_nothing_that_follows() {
    assertThat(settings(Map.of(), "--forward-host", "--port=3").target().forwardHost()).isTrue();
    assertThat(settings(Map.of("FORWARD_HOST", "1"), "--forward-host=no").target().forwardHost())
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({"true,true", "yes,true", "1,true", "True,true", "false,false", "no,false", "0,false"})
  void booleans_have_three_spellings_in_every_source(String text, boolean expected)
      throws IOException {
    String config = "--config=" + file("forwardHost: " + text + "\n");

    assertThat(settings(Map.of("FORWARD_HOST", text)).target().forwardHost()).isEqualTo(expected);
    assertThat(settings(Map.of(), "--forward-host=" + text).target().forwardHost())
        .isEqualTo(expected);
    assertThat(settings(Map.of(), config).target().forwardHost()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"90,PT90S", "1500ms,PT1.5S", "10m,PT10M", "2h,PT2H", "2d,PT48H", "0,PT0S", "0s,PT0S"})
  void a_bare_number_of_a_duration_is_seconds(String text, Duration expected) {
    assertThat(settings(Map.of("CACHE_TTL", text)).cache().ttl()).isEqualTo(expected);
  }

  @Test
  void a_bare_number_is_in_the_unit_that_the_default_shows() {
    assertThat(settings(Map.of("MAX_LIFE", "7")).cache().maxLife()).isEqualTo(Duration.ofDays(7));
  }

  @ParameterizedTest
  @CsvSource({
    "65536,65536",
    "64KiB,65536",
    "1mib,1048576",
    "2MB,2000000",
    "100kB,100000",
    "131072B,131072"
  })
  void sizes_are_in_units_of_1024_and_of_1000(String text, long expected) {
    assertThat(settings(Map.of("CACHE_MAX_BYTES", text)).memory().maxBytes()).isEqualTo(expected);
  }

  @Test
  void a_list_is_separated_by_commas_or_a_list_of_yaml_and_can_be_emptied() throws IOException {
    String config = "--config=" + file("cacheKeyHeaders: [X-A, X-B]\n");

    assertThat(settings(Map.of(), config).cache().keyHeaders()).containsExactly("X-A", "X-B");
    assertThat(settings(Map.of("CACHE_KEY_HEADERS", "X-C , X-D"), config).cache().keyHeaders())
        .containsExactly("X-C", "X-D");
    assertThat(settings(Map.of(), config, "--cache-key-headers=").cache().keyHeaders()).isEmpty();
  }

  @Test
  void one_newline_at_the_end_of_a_secret_s_file_is_dropped() throws IOException {
    String token = "0123456789abcdef";

    assertThat(admin(Map.of("ADMIN_TOKEN_FILE", file(token + "\n")))).isEqualTo(token);
    assertThat(admin(Map.of("ADMIN_TOKEN_FILE", file(token + "\r\n")))).isEqualTo(token);
    assertThat(admin(Map.of("ADMIN_TOKEN_FILE", file(token)))).isEqualTo(token);
    assertThat(Run.of(Map.of("ADMIN_TOKEN_FILE", file(token + "\n\n")), TARGET).code())
        .isEqualTo(2);
  }

  @Test
  void of_a_secret_and_its_file_the_higher_source_wins() throws IOException {
    String file = file("fedcba9876543210\n");

    assertThat(admin(Map.of("ADMIN_TOKEN", "0123456789abcdef"), "--admin-token-file=" + file))
        .isEqualTo("fedcba9876543210");
    assertThat(
            admin(
                Map.of("ADMIN_TOKEN", "0123456789abcdef"),
                "--config=" + file("adminTokenFile: " + file)))
        .isEqualTo("0123456789abcdef");
  }

  @Test
  void a_secret_on_the_command_line_is_taken_with_a_warning() {
    Command.Serve serve = Run.of(Map.of(), TARGET, "--admin-token=0123456789abcdef").serve();

    assertThat(serve.warnings())
        .containsExactly(
            "--admin-token shows its secret to every process of this machine: use"
                + " --admin-token-file or ADMIN_TOKEN");
  }

  @Test
  void an_address_that_kubernetes_put_into_a_port_is_ignored_with_one_warning() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PORT", "tcp://10.0.0.1:80");
    environment.put("ADMIN_PORT", "tcp://10.0.0.1:81");

    Command.Serve serve = Run.of(environment, TARGET).serve();

    assertThat(serve.settings().listen().port()).isEqualTo(4000);
    assertThat(serve.settings().admin().port()).isEmpty();
    assertThat(serve.warnings())
        .containsExactly(
            "PORT is ignored: Kubernetes set it to a tcp:// address; name the port by --port",
            "ADMIN_PORT is ignored: Kubernetes set it to a tcp:// address; name the port by"
                + " --admin-port");
  }

  @Test
  void demo_takes_every_flag_before_and_after_its_name_and_needs_no_target() {
    Run run = Run.of(Map.of(), "--cache-ttl=5", "demo", "--port=3");

    assertThat(run.served()).hasSize(1);
    assertThat(run.served().getFirst()).isInstanceOf(Command.Demo.class);
    Settings settings =
        ((Command.Demo) run.served().getFirst()).settings().apply(URI.create("http://127.0.0.1:5"));
    assertThat(settings.listen().port()).isEqualTo(3);
    assertThat(settings.cache().ttl()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.target().authority()).isEqualTo("127.0.0.1:5");
  }

  @Test
  void no_secret_shows_itself_in_the_text_of_the_settings() {
    Settings settings =
        settings(Map.of("ADMIN_TOKEN", "canary-0123456789", "KEY_SECRET", "canary-key"));

    assertThat(settings.toString()).doesNotContain("canary");
  }

  private String admin(Map<String, String> environment, String... arguments) {
    return settings(environment, arguments).admin().token().orElseThrow().text();
  }

  private Settings settings(Map<String, String> environment, String... arguments) {
    Map<String, String> all = new HashMap<>(environment);
    all.putIfAbsent("TARGET_URL", "http://localhost:9");
    return Run.of(all, arguments).serve().settings();
  }

  private String file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "given", ".txt"), text).toString();
  }
}
