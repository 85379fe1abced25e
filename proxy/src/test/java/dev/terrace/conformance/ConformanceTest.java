package dev.terrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.terrace.conformance.Scenario.Protocol;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Plays every scenario under `src/test/resources/conformance`, over HTTP/1.1 and over HTTP/2, with
/// each layer as the one that answers; then the answers of all layers must be the same, field for
/// field. Narrow it down with `-Dterrace.scenario=part of a title`.
final class ConformanceTest {
  /// Fewer have been lost on the way.
  private static final int LEAST_SCENARIOS = 150;

  private static final String WANTED = System.getProperty("terrace.scenario", "");

  @TempDir private static Path directory;

  private static Stages stages;

  private record Run(Scenario scenario, Protocol protocol, AnsweringLayer layer) {}

  private static final Map<Run, List<String>> ANSWERS = new HashMap<>();

  @BeforeAll
  static void makeACertificate() throws Exception {
    stages = new Stages(Certificate.make(directory));
  }

  @AfterAll
  static void closeStages() throws IOException {
    stages.close();
  }

  @TestFactory
  Stream<DynamicContainer> scenarios() throws Exception {
    return files().stream().map(file -> dynamicContainer(name(file), file.toUri(), tests(file)));
  }

  @Test
  void thereAreAtLeast150ScenariosAndEachTitleIsUsedOnce() throws Exception {
    List<String> titles = new ArrayList<>();
    for (Path file : files()) {
      ScenarioFile.read(file).forEach(scenario -> titles.add(scenario.title()));
    }
    assertThat(titles).hasSizeGreaterThanOrEqualTo(LEAST_SCENARIOS).doesNotHaveDuplicates();
  }

  private static Stream<DynamicNode> tests(Path file) {
    List<DynamicNode> tests = new ArrayList<>();
    for (Scenario scenario : read(file)) {
      for (AnsweringLayer layer : AnsweringLayer.values()) {
        for (Protocol protocol : Protocol.values()) {
          if (layer.runsOver(protocol)
              && scenario.runsOver(protocol)
              && scenario.title().contains(WANTED)) {
            tests.add(test(scenario, protocol, layer));
          }
        }
      }
      for (Protocol protocol : Protocol.values()) {
        if (scenario.runsOver(protocol) && scenario.title().contains(WANTED)) {
          String name = "%s (%s, the same from every layer)".formatted(scenario.title(), protocol);
          tests.add(dynamicTest(name, () -> expectTheSame(scenario, protocol)));
        }
      }
    }
    return tests.stream();
  }

  private static DynamicTest test(Scenario scenario, Protocol protocol, AnsweringLayer layer) {
    String name =
        "%s (%s, %s, %s)".formatted(scenario.title(), scenario.source(), protocol, layer.word());
    return dynamicTest(
        name,
        scenario.missing().isPresent()
            ? () -> expectFailure(scenario, protocol, layer)
            : () ->
                ANSWERS.put(
                    new Run(scenario, protocol, layer), stages.play(scenario, protocol, layer)));
  }

  private static void expectTheSame(Scenario scenario, Protocol protocol) {
    Map<AnsweringLayer, Optional<List<String>>> answers = new EnumMap<>(AnsweringLayer.class);
    for (AnsweringLayer layer : AnsweringLayer.values()) {
      if (layer.runsOver(protocol)) {
        answers.put(layer, Optional.ofNullable(ANSWERS.remove(new Run(scenario, protocol, layer))));
      }
    }
    Assumptions.assumeTrue(
        answers.values().stream().allMatch(Optional::isPresent),
        "it does not hold with each layer");
    assertThat(answers)
        .allSatisfy((layer, got) -> assertThat(got).isEqualTo(answers.get(AnsweringLayer.MEMORY)));
  }

  /// What is not built yet is skipped, visibly; once it is built its mark must go.
  private static void expectFailure(Scenario scenario, Protocol protocol, AnsweringLayer layer)
      throws Exception {
    try {
      stages.play(scenario, protocol, layer);
    } catch (AssertionError expected) {
      Assumptions.abort("not yet: " + scenario.missing().orElseThrow());
    }
    throw new AssertionError("holds now, and is still marked as not built: " + scenario.place());
  }

  private static List<Scenario> read(Path file) {
    try {
      return ScenarioFile.read(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName()).replace(".txt", "");
  }

  private static List<Path> files() throws IOException, URISyntaxException {
    URI resources =
        Objects.requireNonNull(ConformanceTest.class.getResource("/conformance")).toURI();
    try (Stream<Path> files = Files.list(Path.of(resources))) {
      return files.filter(file -> file.toString().endsWith(".txt")).sorted().toList();
    }
  }
}
