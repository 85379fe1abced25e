package dev.terrace.conformance;

import dev.terrace.conformance.Scenario.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;

/// Plays one scenario: step after step, each found in the table of verbs by its words.
final class Play implements AutoCloseable {
  private final Words words;
  private final ClientSteps clients;
  private final TargetSteps target;
  private final List<Verb> verbs = new ArrayList<>();

  /// What has happened so far, for the message of a failure.
  private final List<String> transcript = new ArrayList<>();

  Play(Stage stage) {
    words = new Words(stage.clock(), stage.names());
    target = new TargetSteps(stage.target(), words, transcript);
    clients = new ClientSteps(stage, target, transcript);
    verbs.addAll(target.verbs());
    verbs.addAll(stage.verbs());
    verbs.add(Verb.of("target is not asked", (match, details) -> clients.expectNotAsked()));
    verbs.addAll(clients.verbs());
  }

  /// @return what clients got from a layer, as far as it must be the same whatever layer answers
  List<String> run(Scenario scenario) {
    for (Step step : scenario.steps()) {
      try {
        run(step);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw failure(scenario, step, e);
      } catch (Exception | AssertionError e) {
        throw failure(scenario, step, e);
      }
    }
    String left = clients.leftOver() + target.leftOver();
    if (!left.isEmpty()) {
      throw failure(scenario, scenario.steps().getLast(), new AssertionError("after it: " + left));
    }
    return clients.answers().stream()
        .filter(Answer::isFromALayer)
        .map(answer -> words.anonymous(answer.sameFromAnyLayer()))
        .toList();
  }

  private void run(Step step) throws Exception {
    String text = words.replaced(step.text());
    transcript.add(step.line() + "  " + text);
    for (Verb verb : verbs) {
      Matcher match = verb.pattern().matcher(text);
      if (match.matches()) {
        verb.action().run(match.toMatchResult(), Details.of(step.details(), words));
        return;
      }
    }
    throw new IllegalArgumentException("no such step");
  }

  private AssertionError failure(Scenario scenario, Step step, Throwable cause) {
    String message =
        """
        %s (%s)
        %s, line %d: %s
        %s
        What happened:
        %s
        %s"""
            .formatted(
                scenario.title(),
                scenario.source(),
                scenario.place(),
                step.line(),
                step.text(),
                cause instanceof AssertionError ? cause.getMessage() : cause,
                String.join("\n", transcript),
                clients.leftOver());
    return new AssertionError(message, cause);
  }

  @Override
  public void close() {
    clients.leave();
  }
}
