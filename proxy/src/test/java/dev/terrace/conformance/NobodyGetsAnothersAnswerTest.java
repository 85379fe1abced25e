package dev.terrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.conformance.Scenario.Protocol;
import dev.terrace.conformance.Scenario.Start;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two users, 10,000 interleaved requests for a few URLs, with shared fetches on: no answer crosses
/// (security.md S13).
///
/// The target answers each in the ways in which answers for one user are told apart from those for
/// all: without a life beside a TTL of the operator's, private, no-store, varying, with Set-Cookie,
/// to be confirmed at every use, and under a rule with an identity.
final class NobodyGetsAnothersAnswerTest {
  private static final int REQUESTS = 10_000;
  private static final int CLIENTS = 16;
  private static final int URLS_OF_A_KIND = 3;
  private static final List<String> USERS = List.of("ann", "bob");

  @TempDir private Path directory;

  private final AtomicInteger hits = new AtomicInteger();

  /// How an answer is told apart; the path begins with it.
  private static List<Field> fields(String path, String credential) {
    return switch (path.split("/", -1)[1]) {
      case "private" -> List.of(new Field("Cache-Control", "private, max-age=60"));
      case "no-store" -> List.of(new Field("Cache-Control", "no-store"));
      case "vary" ->
          List.of(new Field("Cache-Control", "public, max-age=60"), new Field("Vary", credential));
      case "set-cookie" ->
          List.of(new Field("Cache-Control", "max-age=60"), new Field("Set-Cookie", "a=1"));
      case "gate" -> List.of(new Field("Content-Type", "text/plain"));
      case "identity" -> List.of();
      default -> throw new IllegalArgumentException(path);
    };
  }

  private static final List<String> KINDS =
      List.of("private", "no-store", "vary", "set-cookie", "gate", "identity");

  @Test
  void twoUsersWithCookiesInterleaved10000TimesNeverGetEachOthersAnswer() throws Exception {
    play("Cookie", "user=", "cookie:user");
  }

  @Test
  void twoUsersWithAuthorizationInterleaved10000TimesNeverGetEachOthersAnswer() throws Exception {
    play("Authorization", "Bearer ", "header:Authorization");
  }

  private void play(String credential, String prefix, String identity) throws Exception {
    String rules =
        "[{\"pattern\":\"/identity/*\",\"ttl\":60,\"identity\":\"%s\"}]".formatted(identity);
    Start start = new Start(List.of("--cache-ttl=60", "--cache-rules=" + rules), Map.of());
    AtomicInteger asked = new AtomicInteger();
    try (Stage stage =
            new Stage(start, Protocol.HTTP_2, AnsweringLayer.MEMORY, Certificate.make(directory));
        Answering _ =
            new Answering(
                stage.target(),
                request -> {
                  asked.incrementAndGet();
                  answer(request, credential, prefix);
                });
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> clients = new ArrayList<>();
      for (int each = 0; each < CLIENTS; each++) {
        int number = each;
        clients.add(
            threads.submit(
                () -> {
                  askAgainAndAgain(stage, number, credential, prefix);
                  return null;
                }));
      }
      for (Future<?> client : clients) {
        client.get();
      }
    }
    assertThat(hits.get()).as("answers from the cache").isPositive();
    assertThat(asked.get()).as("questions to the target").isLessThan(REQUESTS);
  }

  private static void answer(Asked asked, String credential, String prefix) throws IOException {
    String user =
        String.join(",", Field.values(asked.fields(), credential)).substring(prefix.length());
    String path = asked.requestLine().split(" ", -1)[1];
    String body = "for " + user + " at " + path;
    List<Field> head = new ArrayList<>(fields(path, credential));
    head.add(new Field("Content-Length", Integer.toString(body.length())));
    asked.begin(200, head);
    asked.send(body);
    asked.end(List.of());
  }

  /// Every other client speaks HTTP/1.1; both users are on both.
  private void askAgainAndAgain(Stage stage, int number, String credential, String prefix)
      throws InterruptedException {
    String user = USERS.get(number / 2 % USERS.size());
    try (Client client = number % 2 == 0 ? stage.client() : stage.http1Client()) {
      for (int i = 0; i < REQUESTS / CLIENTS; i++) {
        String path = "/" + KINDS.get(i % KINDS.size()) + "/" + i / 7 % URLS_OF_A_KIND;
        List<Field> fields = List.of(new Field(credential, prefix + user));
        Answer answer =
            Patience.of(
                client.ask(new Ask("GET", path, "HTTP/1.1", fields, "")).done(),
                () -> "no answer to " + path);
        assertThat(answer.body()).as("%s", answer).isEqualTo("for " + user + " at " + path);
        if (Field.values(answer.fields(), "X-Cache").contains("HIT")) {
          hits.incrementAndGet();
        }
      }
    }
  }
}
