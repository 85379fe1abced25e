package dev.terrace.conformance;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.MatchResult;

/// What the target is asked and what it does. Answers go to the oldest request that has none.
final class TargetSteps {
  /// Which request; otherwise the oldest.
  private static final String TO = "(?: to ([A-Z]+ \\S+))?";

  private final ScriptedTarget target;
  private final Words words;
  private final List<String> transcript;
  private final Deque<Asked> unanswered = new ArrayDeque<>();

  TargetSteps(ScriptedTarget target, Words words, List<String> transcript) {
    this.target = target;
    this.words = words;
    this.transcript = transcript;
  }

  List<Verb> verbs() {
    return List.of(
        Verb.of("target is asked(?: ([A-Z]+) (\\S+))?", this::isAsked),
        Verb.of("target answers ([0-9]{3})" + TO, this::answers),
        Verb.of("target answers (exactly)" + TO, this::answersExactly),
        Verb.of("target sends early ([0-9]{3})" + TO, this::sendsEarly),
        Verb.of("target begins ([0-9]{3})" + TO, this::begins),
        Verb.of("target goes (on)" + TO, this::goesOn),
        Verb.of("target (ends)" + TO, this::ends),
        Verb.of("target (closes|resets)" + TO, this::breaksOff),
        Verb.of("target is down", (match, details) -> target.down()),
        Verb.of("target is up", (match, details) -> target.up()));
  }

  /// The request that no step has taken yet; empty text for none.
  String untaken() {
    Asked next = target.asked().peek();
    return next == null ? "" : next.toString();
  }

  String leftOver() {
    String open = unanswered.isEmpty() ? "" : "requests without an answer: " + unanswered;
    return untaken().isEmpty() ? open : "the target was asked, too: " + untaken() + open;
  }

  private void isAsked(MatchResult match, Details details) throws InterruptedException {
    Asked asked = take();
    if (match.group(1) != null) {
      String expected = match.group(1) + " " + match.group(2) + " HTTP/1.1";
      Expectations.same("the request line", expected, asked.requestLine());
    }
    Expectations.check(details, asked.fields(), asked.body(), asked.trailers());
  }

  private Asked take() throws InterruptedException {
    Asked asked = Patience.next(target.asked(), () -> "the target was not asked");
    transcript.add("      " + asked);
    unanswered.add(asked);
    return asked;
  }

  /// The oldest request that has no answer, of those that the step names.
  private Asked meant(MatchResult match) throws InterruptedException {
    if (unanswered.isEmpty()) {
      take();
    }
    String line = match.group(2) == null ? "" : match.group(2) + " ";
    return unanswered.stream()
        .filter(asked -> asked.requestLine().startsWith(line))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the target was not asked " + line));
  }

  private void goesOn(MatchResult match, Details details) throws IOException, InterruptedException {
    meant(match).send(details.bodyOrNone());
  }

  private void answers(MatchResult match, Details details)
      throws IOException, InterruptedException {
    Asked asked = meant(match);
    int status = Integer.parseInt(match.group(1));
    List<Field> head = head(details);
    boolean hasBody = status != 204 && status != 304 && !asked.method().equals("HEAD");
    if (hasBody && !isFramed(head) && !details.absent().contains("Content-Length")) {
      head.add(new Field("Content-Length", Integer.toString(details.bodyOrNone().length())));
    }
    asked.begin(status, head);
    asked.send(details.bodyOrNone());
    asked.end(details.trailers());
    unanswered.remove(asked);
  }

  private static boolean isFramed(List<Field> head) {
    return Field.has(head, "Content-Length") || Field.has(head, "Transfer-Encoding");
  }

  /// With a Date, unless the step states one or says that there is none.
  private List<Field> head(Details details) {
    List<Field> head = new ArrayList<>(details.fields());
    if (!Field.has(head, "Date") && !details.absent().contains("Date")) {
      head.addFirst(new Field("Date", words.now()));
    }
    return head;
  }

  private void answersExactly(MatchResult match, Details details)
      throws IOException, InterruptedException {
    Asked asked = meant(match);
    asked.write(crlf(details));
    asked.end(List.of());
    unanswered.remove(asked);
  }

  private void sendsEarly(MatchResult match, Details details)
      throws IOException, InterruptedException {
    meant(match).write(Wire.head("HTTP/1.1 " + match.group(1) + " Early", details.fields()));
  }

  private void begins(MatchResult match, Details details) throws IOException, InterruptedException {
    Asked asked = meant(match);
    asked.begin(Integer.parseInt(match.group(1)), head(details));
    asked.send(details.bodyOrNone());
  }

  private void ends(MatchResult match, Details details) throws IOException, InterruptedException {
    Asked asked = meant(match);
    asked.end(details.trailers());
    unanswered.remove(asked);
  }

  private void breaksOff(MatchResult match, Details details)
      throws IOException, InterruptedException {
    Asked asked = meant(match);
    if (match.group(1).equals("resets")) {
      asked.reset();
    } else {
      asked.close();
    }
    unanswered.remove(asked);
  }

  /// The lines of a step as they are sent: each ends as HTTP/1 wants it.
  static String crlf(Details details) {
    return details.bodyOrNone().replace("\n", Wire.CRLF);
  }
}
