package dev.terrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The options of Redis (`product.md` 1): what each source may say, and what goes together.
class RedisOptionsTest {
  @TempDir private Path directory;

  @Test
  void without_any_source_redis_is_off_and_the_defaults_hold() {
    RedisSettings redis = redis(Map.of());

    assertThat(redis.enabled()).isFalse();
    assertThat(redis.nodes()).hasToString("[localhost:6379]");
    assertThat(redis.keyPrefix()).isEqualTo("proxy:cache:");
    assertThat(redis.mode()).isEqualTo(RedisSettings.Mode.AUTO);
    assertThat(redis.connectTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(redis.commandTimeout()).isEqualTo(Duration.ofMillis(100));
    assertThat(redis.maxEntryBytes()).isEqualTo(16L << 20);
    assertThat(redis.compression()).isEqualTo(RedisSettings.Compression.OFF);
    assertThat(redis.tls()).isEmpty();
    assertThat(redis.password()).isEmpty();
  }

  @Test
  void the_production_configuration_of_the_proposal_is_understood() {
    Command.Serve serve =
        serve(
            Map.of(
                "ENABLE_REDIS", "true",
                "REDIS_HOST", "redis-cluster.example.com",
                "REDIS_PORT", "6379",
                "REDIS_PASSWORD", "canary",
                "REDIS_DB", "0",
                "REDIS_KEY_PREFIX", "api-proxy:cache:",
                "CACHE_MAX_SIZE", "50000",
                "CACHE_CLEANUP_INTERVAL", "180",
                "ENABLE_CACHE_WARMUP", "true"));

    RedisSettings redis = serve.settings().redis();
    assertThat(redis.enabled()).isTrue();
    assertThat(redis.nodes()).hasToString("[redis-cluster.example.com:6379]");
    assertThat(redis.password()).contains(new Secret("canary"));
    assertThat(redis.keyPrefix()).isEqualTo("api-proxy:cache:");
    assertThat(serve.settings().memory().warmup())
        .isEqualTo(new Settings.Warmup(true, 10_000, Duration.ofSeconds(5)));
    assertThat(serve.warnings()).isEmpty();
    assertThat(serve.settings().toString()).doesNotContain("canary");
  }

  @Test
  void the_block_of_the_configuration_file_has_the_names_of_the_proposal() throws IOException {
    String yaml =
        """
        redis:
          enabled: true
          host: redis.internal
          port: 6380
          password: canary
          db: 2
          keyPrefix: "a:"
          connectTimeout: 500
          lazyConnect: yes
          nodes: []
        """;

    RedisSettings redis = redis(Map.of(), "--config=" + file(yaml));

    assertThat(redis.enabled()).isTrue();
    assertThat(redis.nodes()).hasToString("[redis.internal:6380]");
    assertThat(redis.password()).contains(new Secret("canary"));
    assertThat(redis.db()).isEqualTo(2);
    assertThat(redis.keyPrefix()).isEqualTo("a:");
    assertThat(redis.connectTimeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(redis.lazyConnect()).isTrue();
    assertThat(redis(Map.of(), "--config=" + file("redis:\n")).enabled()).isFalse();
  }

  @Test
  void anOutageIsBridgedInTheWordsOfTheDocumentationInEverySource() throws IOException {
    String file = file("redisOutage: revalidate-or-stale\n");

    assertThat(redis(Map.of(), "--redis-outage=revalidate-or-stale").coherence().outage())
        .isEqualTo(RedisSettings.Outage.REVALIDATE_OR_STALE);
    assertThat(redis(Map.of("REDIS_OUTAGE", "revalidate-or-stale")).coherence().outage())
        .isEqualTo(RedisSettings.Outage.REVALIDATE_OR_STALE);
    assertThat(redis(Map.of(), "--config=" + file).coherence().outage())
        .isEqualTo(RedisSettings.Outage.REVALIDATE_OR_STALE);
  }

  @Test
  void the_prefix_of_keys_salts_the_digests_of_credentials() {
    Settings standard = serve(Map.of()).settings();
    Settings other = serve(Map.of("ENABLE_REDIS", "1", "REDIS_KEY_PREFIX", "other:")).settings();

    assertThat(standard.secrets().digest("a")).isNotEqualTo(other.secrets().digest("a"));
  }

  @Test
  void a_password_in_a_file_is_left_there_to_be_read_at_each_connection() throws IOException {
    String file = file("canary\n");

    RedisSettings redis = redis(Map.of("REDIS_PASSWORD_FILE", file));

    assertThat(redis.passwordFile()).contains(Path.of(file));
    assertThat(redis.password()).isEmpty();
  }

  @Test
  void nodes_are_several_servers_with_or_without_ports() {
    RedisSettings redis = redis(Map.of("REDIS_NODES", "a:7000, b ,[::1]:7001"));

    assertThat(redis.nodes()).hasToString("[a:7000, b:6379, [::1]:7001]");
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "redis://h | h:6379 | none | none | 0",
        "redis://h:1 | h:1 | none | none | 0",
        "redis://h/3 | h:6379 | none | none | 3",
        "redis://h:1/ | h:1 | none | none | 0",
        "redis://:p@h | h:6379 | none | p | 0",
        "redis://u:p@h:1/2 | h:1 | u | p | 2",
        "redis://u:p%40%2F+:x@h | h:6379 | u | p@/+:x | 0",
        "redis://[::1]:1 | [::1]:1 | none | none | 0",
      },
      delimiter = '|')
  void a_url_names_host_port_user_password_and_db(
      String url, String node, String user, String password, int db) {
    RedisSettings redis = redis(Map.of("REDIS_URL", url));

    assertThat(redis.nodes()).hasToString("[" + node + "]");
    assertThat(redis.username().orElse("none")).isEqualTo(user);
    assertThat(redis.password().map(Secret::text).orElse("none")).isEqualTo(password);
    assertThat(redis.db()).isEqualTo(db);
    assertThat(redis.tls()).isEmpty();
  }

  @Test
  void a_url_with_two_s_speaks_tls_and_one_of_sentinels_names_the_master() {
    RedisSettings sentinels = redis(Map.of("REDIS_URL", "redis-sentinel://secret@a,b:7/1#main"));

    assertThat(redis(Map.of("REDIS_URL", "rediss://h")).tls()).isPresent();
    assertThat(sentinels.mode()).isEqualTo(RedisSettings.Mode.SENTINEL);
    assertThat(sentinels.nodes()).hasToString("[a:26379, b:7]");
    assertThat(sentinels.sentinelMaster()).contains("main");
    assertThat(sentinels.password()).contains(new Secret("secret"));
    assertThat(sentinels.db()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://canary@h",
        "redis://",
        "redis://canary@",
        "redis://u:canary@h:99999",
        "redis://u:canary@h/x",
        "redis://u:can/ary@h",
        "redis://u:%zz@h",
        "redis://h,i",
        "redis://h#canary",
        "canary"
      })
  void a_url_that_is_none_is_refused_without_being_shown(String url) {
    Run run = run(Map.of("REDIS_URL", url));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).startsWith("terrace: REDIS_URL: got ***, expected redis://");
    assertThat(run.err()).doesNotContain("canary").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({"REDIS_HOST,h", "REDIS_PORT,1", "REDIS_DB,1", "REDIS_PASSWORD,x", "REDIS_NODES,h"})
  void a_url_beside_what_it_stands_instead_of_is_refused_in_one_source(String name, String value) {
    assertThat(run(Map.of("REDIS_URL", "redis://h", name, value)).err())
        .isEqualTo("terrace: REDIS_URL: given beside " + name + ", expected one of them\n");
  }

  @Test
  void of_a_url_and_what_it_stands_instead_of_the_higher_source_wins_and_that_is_said() {
    Map<String, String> url = Map.of("ENABLE_REDIS", "1", "REDIS_URL", "redis://:canary@u/1");
    Map<String, String> host =
        Map.of("ENABLE_REDIS", "1", "REDIS_HOST", "h", "REDIS_PASSWORD", "canary");

    Command.Serve byHost = serve(url, "--redis-host=h");
    Command.Serve byUrl = serve(host, "--redis-url=redis://u");

    assertThat(byHost.settings().redis().nodes()).hasToString("[h:6379]");
    assertThat(byHost.settings().redis().password()).isEmpty();
    assertThat(byHost.warnings())
        .containsExactly("REDIS_URL is ignored: --redis-host wins over it");
    assertThat(byUrl.settings().redis().nodes()).hasToString("[u:6379]");
    assertThat(byUrl.settings().redis().password()).isEmpty();
    assertThat(byUrl.warnings())
        .containsExactly(
            "REDIS_HOST is ignored: --redis-url wins over it",
            "REDIS_PASSWORD is ignored: --redis-url wins over it");
  }

  @Test
  void a_secret_on_the_command_line_is_taken_with_a_warning() {
    assertThat(serve(Map.of(), "--enable-redis", "--redis-password=canary").warnings())
        .containsExactly(
            "--redis-password shows its secret to every process of this machine: use"
                + " --redis-password-file or REDIS_PASSWORD");
    assertThat(serve(Map.of(), "--enable-redis", "--redis-url=redis://:canary@h").warnings())
        .containsExactly(
            "--redis-url shows its secret to every process of this machine: use REDIS_URL");
    assertThat(serve(Map.of(), "--enable-redis", "--redis-url=redis://h").warnings()).isEmpty();
  }

  @Test
  void the_configuration_is_printed_without_secrets_and_can_be_read_again() throws IOException {
    Map<String, String> environment =
        Map.of(
            "ENABLE_REDIS", "1",
            "REDIS_URL", "rediss://user:canary@h:1/2",
            "REDIS_ENTRY_KEY", "canary");

    String printed = run(environment, "--print-config").out();

    assertThat(printed)
        .contains("redis:\n  enabled: ")
        .contains("  url: \"rediss://***@h:1/2\" ")
        .contains("  entryKey: \"***\" ")
        .doesNotContain("canary");
    String plain = run(Map.of("REDIS_KEY_PREFIX", "a:", "REDIS_DB", "3"), "--print-config").out();
    assertThat(redis(Map.of(), "--config=" + file(plain)).keyPrefix()).isEqualTo("a:");
    assertThat(redis(Map.of(), "--config=" + file(plain)).db()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "--redis-key-prefix={a} | got \"{a}\", expected 1 to 200 printable ASCII characters"
            + " other than blank, { and }",
        "--redis-mode=clustered | got \"clustered\", expected auto, standalone, sentinel or cluster",
        "--redis-nodes=a:b | got \"a:b\", expected host:port, separated by commas; IPv6 addresses in"
            + " brackets",
        "--redis-username=u | given, expected --redis-password beside it",
        "--redis-ca=pom.xml | given, expected --redis-tls beside it",
        "--redis-db=-1 | got \"-1\", expected a whole number from 0 to 65535",
        "--redis-outage=revalidate_or_stale | got \"revalidate_or_stale\", expected serve, revalidate"
            + " or revalidate-or-stale",
        "--redis-compression=lz4 | got \"lz4\", expected off or zstd",
        "--redis-max-entry=2GiB | got \"2GiB\", expected bytes or a size such as 64KiB, 64MiB or"
            + " 1GB, from 1KiB to 1GiB",
        "--redis-command-timeout=0 | got \"0\", expected a number of ms or a duration such as"
            + " 1500ms, 90s, 10m, 12h or 30d, from 1ms to 10s",
      },
      delimiter = '|')
  void a_value_that_is_not_allowed_is_one_line(String flag, String line) {
    String name = flag.substring(0, flag.indexOf('='));

    assertThat(run(Map.of(), flag).err()).isEqualTo("terrace: " + name + ": " + line + "\n");
  }

  @Test
  void what_does_not_go_together_is_refused() {
    assertThat(run(Map.of("REDIS_DB", "1", "REDIS_MODE", "cluster")).err())
        .isEqualTo("terrace: REDIS_DB: got \"1\", expected db 0 in a Redis Cluster\n");
    assertThat(run(Map.of("REDIS_URL", "redis://u:canary@h/1", "REDIS_MODE", "cluster")).err())
        .isEqualTo(
            "terrace: REDIS_URL: got \"redis://***@h/1\", expected db 0 in a Redis Cluster\n");
    assertThat(run(Map.of("REDIS_SENTINEL_MASTER", "m", "REDIS_MODE", "cluster")).err())
        .isEqualTo(
            "terrace: REDIS_MODE: got \"cluster\", expected auto or sentinel beside"
                + " --redis-sentinel-master\n");
    assertThat(run(Map.of("REDIS_TLS", "1"), "--redis-cert=pom.xml").err())
        .isEqualTo("terrace: --redis-key: not given, expected a PEM file beside --redis-cert\n");
    assertThat(run(Map.of("REDIS_TLS", "1"), "--redis-ca=/no/such").err())
        .isEqualTo("terrace: --redis-ca: got \"/no/such\", expected a PEM file that can be read\n");
  }

  @Test
  void an_address_that_kubernetes_put_into_the_port_is_ignored_with_one_warning() {
    Command.Serve serve = serve(Map.of("ENABLE_REDIS", "1", "REDIS_PORT", "tcp://10.0.0.1:6379"));

    assertThat(serve.settings().redis().nodes()).hasToString("[localhost:6379]");
    assertThat(serve.warnings())
        .containsExactly(
            "REDIS_PORT is ignored: Kubernetes set it to a tcp:// address; name the port by"
                + " --redis-port");
  }

  @Test
  void options_of_redis_without_redis_are_warned_of_unless_it_is_switched_off() {
    assertThat(serve(Map.of("REDIS_HOST", "h", "REDIS_DB", "1")).warnings())
        .containsExactly("REDIS_HOST is given, but not --enable-redis: Redis is not used");
    assertThat(serve(Map.of("ENABLE_REDIS", "false", "REDIS_HOST", "h")).warnings()).isEmpty();
  }

  @Test
  void a_rule_may_name_the_layer_where_it_is_enabled() {
    String rules = "[{\"pattern\":\"/a\",\"layers\":[\"memory\",\"redis\"]}]";

    assertThat(serve(Map.of("CACHE_RULES", rules, "ENABLE_REDIS", "1")).warnings()).isEmpty();
    assertThat(serve(Map.of("CACHE_RULES", rules)).warnings())
        .containsExactly("rule 0 names a layer that is not enabled: redis");
  }

  private static RedisSettings redis(Map<String, String> environment, String... arguments) {
    return serve(environment, arguments).settings().redis();
  }

  private static Command.Serve serve(Map<String, String> environment, String... arguments) {
    return run(environment, arguments).serve();
  }

  private static Run run(Map<String, String> environment, String... arguments) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("TARGET_URL", "http://localhost:9");
    return Run.of(all, arguments);
  }

  private String file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "given", ".txt"), text).toString();
  }
}
