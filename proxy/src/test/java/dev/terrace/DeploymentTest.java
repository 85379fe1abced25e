package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.terrace.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The files under `deploy/` fit each other and Terrace: what they set is understood, what they
/// name is there.
final class DeploymentTest {
  private static final Path DEPLOY = Path.of("..", "deploy");
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";
  private static final Pattern METRIC = Pattern.compile("terrace_[a-z0-9_]+");

  @TempDir private Path directory;

  @Test
  void composeIsAsItsSchemaSays() throws IOException {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2019_09)
            .getSchema(composeSchema(), InputFormat.JSON);

    assertThat(schema.validate(json(compose()), InputFormat.JSON)).isEmpty();
    // The schema is one that finds faults.
    Map<String, Object> wrong = new LinkedHashMap<>(compose());
    wrong.put("services", Map.of("terrace", Map.of("image", "a", "port", List.of("4000"))));
    assertThat(schema.validate(json(wrong), InputFormat.JSON)).isNotEmpty();
  }

  /// Its `$schema` and `id` are spelt in ways of older drafts.
  private static String composeSchema() throws IOException {
    try (InputStream in =
        DeploymentTest.class.getResourceAsStream("/dev/terrace/deploy/compose-spec.json")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.replaceAll("\"(\\$schema|id)\": \"[^\"]*\",", "");
    }
  }

  @Test
  void whatComposeNamesIsThere() throws IOException {
    Map<String, Object> compose = compose();
    for (Object config : map(compose.get("configs")).values()) {
      assertThat(DEPLOY.resolve(text(map(config).get("file")))).exists();
    }
    for (Map.Entry<String, Object> each : map(compose.get("services")).entrySet()) {
      Map<String, Object> service = map(each.getValue());
      assertThat(map(compose.get("secrets")).keySet())
          .as(each.getKey())
          .containsAll(texts(service.get("secrets")));
      for (String volume : texts(service.get("volumes"))) {
        String source = volume.split(":", 2)[0];
        if (source.startsWith(".")) {
          assertThat(DEPLOY.resolve(source)).exists();
        } else {
          assertThat(map(compose.get("volumes"))).as(each.getKey()).containsKey(source);
        }
      }
      Map<String, Object> build = map(service.get("build"));
      if (!build.isEmpty()) {
        Path context = DEPLOY.resolve(text(build.get("context")));
        assertThat(context.resolve(text(build.get("dockerfile")))).exists();
      }
    }
  }

  @Test
  void composeHandsEveryInstanceWhatItUnderstandsAndNothingDoubtful() throws IOException {
    Map<String, Object> services = map(compose().get("services"));
    for (String name : List.of("terrace-1", "terrace-2")) {
      Run run = run(map(map(services.get(name)).get("environment")));

      assertThat(run.serve().warnings()).as(name).isEmpty();
      assertThat(run.serve().settings().redis().enabled()).isTrue();
      assertThat(run.serve().settings().redis().entryKey()).isPresent();
    }
    Map<String, Object> shop = map(services.get("shop"));
    assertThat(run(map(shop.get("environment")), texts(shop.get("command"))).code()).isZero();
  }

  /// As in the container, but for where secrets lie.
  private Run run(Map<String, Object> environment, List<String> arguments) throws IOException {
    Map<String, String> variables = new HashMap<>();
    for (Map.Entry<String, Object> each : environment.entrySet()) {
      variables.put(each.getKey(), secretsHere(text(each.getValue())));
    }
    return Run.of(variables, arguments.toArray(String[]::new));
  }

  private Run run(Map<String, Object> environment) throws IOException {
    return run(environment, List.of());
  }

  private String secretsHere(String text) throws IOException {
    for (String name :
        List.of(
            "admin-token", "admin-read-token", "key-secret", "redis-password", "redis-entry-key")) {
      Files.writeString(directory.resolve(name), SECRET);
    }
    return text.replaceAll("/run/secrets/(terrace/)?", directory + "/");
  }

  @Test
  void theConfigMapIsAConfigurationThatTheDeploymentMounts() throws IOException {
    Map<String, Object> map = kubernetes("configmap.yaml");
    String yaml = text(map(map.get("data")).get("terrace.yaml"));
    Path file = directory.resolve("terrace.yaml");
    Files.writeString(file, secretsHere(yaml));

    Run run = Run.of(Map.of(), "--config", file.toString());

    assertThat(run.serve().warnings()).isEmpty();
    Map<String, Object> pod = pod();
    assertThat(pod.get("enableServiceLinks")).isEqualTo(false);
    long grace = ((Number) pod.get("terminationGracePeriodSeconds")).longValue();
    Settings.Shutdown shutdown = run.serve().settings().shutdown();
    assertThat(shutdown.delay().plus(shutdown.grace()))
        .hasSeconds(30)
        .isLessThan(Duration.ofSeconds(grace));
    assertThat(texts(container(pod).get("args")))
        .containsExactly("--config", "/etc/terrace/terrace.yaml");
  }

  @Test
  void kubernetesAsksForHealthAndReadinessWhereTheyAre() throws IOException {
    Map<String, Object> container = container(pod());

    assertThat(probed(container, "livenessProbe")).isEqualTo("/health");
    assertThat(probed(container, "startupProbe")).isEqualTo("/health");
    assertThat(probed(container, "readinessProbe")).isEqualTo("/ready");
  }

  @Test
  void everyObjectSelectsThePodsOfTheDeployment() throws IOException {
    Map<String, Object> deployment = kubernetes("deployment.yaml");
    Map<String, Object> template = map(map(deployment.get("spec")).get("template"));
    Map<String, Object> labels = map(map(template.get("metadata")).get("labels"));
    Map<String, Object> service = map(kubernetes("service.yaml").get("spec"));
    Map<String, Object> budget = map(kubernetes("poddisruptionbudget.yaml").get("spec"));

    assertThat(map(map(map(deployment.get("spec")).get("selector")).get("matchLabels")))
        .isEqualTo(labels);
    assertThat(map(service.get("selector"))).isEqualTo(labels);
    assertThat(map(map(budget.get("selector")).get("matchLabels"))).isEqualTo(labels);
  }

  @ParameterizedTest
  @ValueSource(strings = {"grafana/terrace.json", "alerts.yaml"})
  void onlyMetricsThatAreDocumentedAreAskedFor(String name) throws IOException {
    String asked = Files.readString(DEPLOY.resolve(name));
    String documented = Files.readString(Path.of("..", "docs", "operations.md"));
    Set<String> known =
        new TreeSet<>(METRIC.matcher(documented).results().map(each -> each.group()).toList());
    List<String> used =
        METRIC
            .matcher(asked)
            .results()
            .map(each -> each.group().replaceFirst("_(bucket|count|sum)$", ""))
            .distinct()
            .toList();

    assertThat(used).isNotEmpty();
    assertThat(known).containsAll(used);
  }

  @Test
  void theDashboardHasRoomForEachOfItsPanels() throws IOException {
    JsonNode panels =
        JSON.readTree(Files.readString(DEPLOY.resolve("grafana/terrace.json"))).get("panels");
    Set<Integer> ids = new TreeSet<>();
    List<String> taken = new ArrayList<>();
    for (JsonNode panel : panels) {
      assertThat(ids.add(panel.get("id").asInt())).isTrue();
      JsonNode at = panel.get("gridPos");
      assertThat(at.get("x").asInt() + at.get("w").asInt()).isLessThanOrEqualTo(24);
      for (int x = 0; x < at.get("w").asInt(); x++) {
        for (int y = 0; y < at.get("h").asInt(); y++) {
          taken.add((at.get("x").asInt() + x) + " " + (at.get("y").asInt() + y));
        }
      }
    }
    assertThat(taken).doesNotHaveDuplicates();
  }

  @Test
  void theUnitStartsWhatTheImageHolds() throws IOException {
    List<String> unit = Files.readAllLines(DEPLOY.resolve("terrace.service"));
    String start =
        unit.stream().filter(line -> line.startsWith("ExecStart=")).findFirst().orElseThrow();

    assertThat(start)
        .isEqualTo("ExecStart=/opt/terrace/bin/terrace --config /etc/terrace/terrace.yaml");
    assertThat(unit).contains("ExecReload=/bin/kill -HUP $MAINPID", "StateDirectory=terrace");
    Map<String, String> variables = new HashMap<>();
    for (String line : unit) {
      if (line.startsWith("Environment=")) {
        String[] pair = line.substring("Environment=".length()).split("=", 2);
        variables.put(pair[0], secretsHere(pair[1].replace("%d/", "/run/secrets/")));
      }
    }
    variables.put("TARGET_URL", "http://127.0.0.1:1");
    assertThat(Run.of(variables).serve().warnings()).isEmpty();
  }

  @Test
  void scriptsAreOnesThatAShellUnderstands() throws Exception {
    for (String name : List.of("image", "bin/terrace")) {
      Path script = DEPLOY.resolve(name);
      assertThat(script).isExecutable();
      assertThat(new ProcessBuilder("sh", "-n", script.toString()).start().waitFor()).isZero();
    }
  }

  private static String probed(Map<String, Object> container, String probe) {
    return text(map(map(container.get(probe)).get("httpGet")).get("path"));
  }

  private static Map<String, Object> pod() throws IOException {
    return map(map(map(kubernetes("deployment.yaml").get("spec")).get("template")).get("spec"));
  }

  private static Map<String, Object> container(Map<String, Object> pod) {
    return map(((List<?>) pod.get("containers")).getFirst());
  }

  private static Map<String, Object> kubernetes(String name) throws IOException {
    return yaml(DEPLOY.resolve("kubernetes").resolve(name));
  }

  private static Map<String, Object> compose() throws IOException {
    return yaml(DEPLOY.resolve("compose.yaml"));
  }

  private static Map<String, Object> yaml(Path file) throws IOException {
    Load load = new Load(LoadSettings.builder().build());
    return map(merged(load.loadFromString(Files.readString(file))));
  }

  /// With `<<` carried out, as Compose does, though YAML 1.2 no longer has it.
  private static Object merged(Object node) {
    if (node instanceof List<?> list) {
      return list.stream().map(DeploymentTest::merged).toList();
    }
    if (!(node instanceof Map<?, ?> raw)) {
      return node;
    }
    Map<Object, Object> merged = new LinkedHashMap<>();
    if (raw.get("<<") instanceof Map<?, ?> base) {
      merged.putAll((Map<?, ?>) merged(base));
    }
    raw.forEach(
        (key, value) -> {
          if (!key.equals("<<")) {
            merged.put(key, value == null ? null : merged(value));
          }
        });
    return merged;
  }

  private static String json(Object node) {
    return JSON.writeValueAsString(node);
  }

  /// Empty for what is not there.
  private static Map<String, Object> map(Object node) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (node instanceof Map<?, ?> raw) {
      raw.forEach((key, value) -> map.put(text(key), value));
    }
    return map;
  }

  private static List<String> texts(Object node) {
    return node instanceof List<?> list
        ? list.stream().map(DeploymentTest::text).toList()
        : List.of();
  }

  private static String text(Object node) {
    return String.valueOf(node);
  }
}
