package dev.terrace.conformance;

import dev.terrace.conformance.Scenario.Protocol;
import dev.terrace.conformance.Scenario.Start;
import dev.terrace.redis.RedisServer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Lends stages to scenarios, one after the other. Those that start Terrace without flags share one
/// a protocol and layer, which is emptied in between; after a failure it is thrown away.
final class Stages implements AutoCloseable {
  private record Kind(Protocol protocol, AnsweringLayer layer) {}

  private final Certificate certificate;
  private final RedisServer redis = RedisServer.start();
  private final Map<Kind, Stage> shared = new HashMap<>();

  Stages(Certificate certificate) {
    this.certificate = certificate;
  }

  /// @return what clients got from a layer, as far as it must be the same whatever layer answers
  List<String> play(Scenario scenario, Protocol protocol, AnsweringLayer layer) throws Exception {
    Kind kind = new Kind(protocol, layer);
    if (!scenario.start().equals(Start.PLAIN)) {
      try (Stage stage = open(scenario.start(), kind)) {
        return play(scenario, stage);
      }
    }
    Stage stage = shared.remove(kind);
    if (stage == null) {
      stage = open(Start.PLAIN, kind);
    } else {
      stage.clear();
    }
    try {
      List<String> answers = play(scenario, stage);
      shared.put(kind, stage);
      return answers;
    } catch (Exception | AssertionError e) {
      stage.close();
      throw e;
    }
  }

  private Stage open(Start start, Kind kind) throws IOException, InterruptedException {
    return new Stage(start, kind.protocol(), kind.layer(), certificate, redis.port());
  }

  private static List<String> play(Scenario scenario, Stage stage) {
    try (Play play = new Play(stage)) {
      return play.run(scenario);
    }
  }

  @Override
  public void close() throws IOException {
    for (Stage stage : shared.values()) {
      stage.close();
    }
    redis.close();
  }
}
