package dev.terrace.conformance;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;

/// What clients ask and get. Each waits for its answer on a thread of its own, so that steps of
/// others can come between.
final class ClientSteps {
  private static final String WHO = "([a-z]+)";

  private final Stage stage;
  private final TargetSteps target;
  private final List<String> transcript;
  private final List<Answer> answers = new ArrayList<>();
  private final Map<String, Client> clients = new HashMap<>();
  private final Map<String, Reception> waiting = new HashMap<>();

  ClientSteps(Stage stage, TargetSteps target, List<String> transcript) {
    this.stage = stage;
    this.target = target;
    this.transcript = transcript;
  }

  List<Verb> verbs() {
    return List.of(
        Verb.of(WHO + " asks exactly", this::asksExactly),
        Verb.of(WHO + " asks ([A-Z]+) (\\S+)(?: (HTTP/1\\.0))?", this::asks),
        Verb.of(WHO + " gets early ([0-9]{3})", this::getsEarly),
        Verb.of(WHO + " gets ([0-9]{3})(?: ([A-Z]+))?( broken off)?", this::gets),
        Verb.of(WHO + " gets nothing", this::getsNothing),
        Verb.of(WHO + " has so far", this::hasSoFar),
        Verb.of(WHO + " leaves", (match, details) -> leave(match.group(1))));
  }

  /// Waits until every client has its answer, so that a question that comes late is seen, too.
  void expectNotAsked() throws InterruptedException {
    for (Reception reception : waiting.values()) {
      Patience.until(
          () -> reception.done().isDone() || !target.untaken().isEmpty(),
          () -> "the target was not asked, but the client has no answer either");
    }
    if (!target.untaken().isEmpty()) {
      throw new AssertionError("the target was asked: " + target.untaken());
    }
  }

  /// The clients whose answer no step has taken, and what has come for them.
  String leftOver() {
    StringBuilder left = new StringBuilder();
    waiting.forEach(
        (who, reception) -> left.append(who).append(" has ").append(reception).append('\n'));
    return left.toString();
  }

  /// The whole answers that clients got, in the order of the steps.
  List<Answer> answers() {
    return List.copyOf(answers);
  }

  void leave() {
    clients.values().forEach(Client::close);
  }

  private void leave(String who) {
    waiting.remove(who);
    requireNonNull(clients.remove(who)).close();
  }

  private void asks(MatchResult match, Details details) throws Exception {
    String version = match.group(4) == null ? "HTTP/1.1" : match.group(4);
    Ask ask =
        new Ask(match.group(2), match.group(3), version, details.fields(), details.bodyOrNone());
    waiting.put(match.group(1), ready(match.group(1)).ask(ask));
  }

  private void asksExactly(MatchResult match, Details details) throws Exception {
    Http1Client client = (Http1Client) ready(match.group(1));
    waiting.put(match.group(1), client.askExactly(TargetSteps.crlf(details)));
  }

  private Client ready(String who) throws Exception {
    if (waiting.containsKey(who)) {
      throw new AssertionError(who + " still waits for an answer");
    }
    if (waiting.isEmpty()) {
      stage.beforeAsking();
      if (!target.untaken().isEmpty()) {
        throw new AssertionError("the target was asked, too: " + target.untaken());
      }
    }
    return clients.computeIfAbsent(who, name -> stage.client());
  }

  private void gets(MatchResult match, Details details) throws InterruptedException {
    Answer answer = answer(match.group(1));
    transcript.add("      " + answer);
    answers.add(answer);
    Optional<String> broken = answer.broken();
    if (match.group(4) == null && broken.isPresent()) {
      throw new AssertionError("expected a whole answer, got " + answer);
    }
    if (match.group(4) != null && broken.isEmpty()) {
      throw new AssertionError("expected an answer that breaks off, got " + answer);
    }
    Expectations.same("the status", match.group(2), Integer.toString(answer.status()));
    if (match.group(3) != null) {
      Expectations.same(
          "X-Cache", List.of(match.group(3)), Field.values(answer.fields(), "X-Cache"));
    }
    Expectations.check(details, answer.fields(), answer.body(), answer.trailers());
  }

  private void getsNothing(MatchResult match, Details details) throws InterruptedException {
    Answer answer = answer(match.group(1));
    if (answer.status() != 0) {
      throw new AssertionError("expected a closed connection, got " + answer);
    }
  }

  private Answer answer(String who) throws InterruptedException {
    Reception reception = waiting.remove(who);
    if (reception == null) {
      throw new AssertionError(who + " has asked nothing");
    }
    return Patience.of(reception.done(), () -> who + " got no whole answer; " + target.leftOver());
  }

  private void getsEarly(MatchResult match, Details details) throws InterruptedException {
    Reception.Early early =
        Patience.next(
            requireNonNull(waiting.get(match.group(1))).early(), () -> "no interim answer came");
    Expectations.same("the status", match.group(2), Integer.toString(early.status()));
    Expectations.check(details, early.fields(), "", List.of());
  }

  private void hasSoFar(MatchResult match, Details details) throws InterruptedException {
    Reception reception = requireNonNull(waiting.get(match.group(1)));
    Patience.until(
        () -> reception.soFar().equals(details.bodyOrNone()),
        () -> "has so far: " + reception.soFar());
  }
}
