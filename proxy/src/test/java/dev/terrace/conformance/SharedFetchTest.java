package dev.terrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.conformance.Scenario.Protocol;
import dev.terrace.conformance.Scenario.Start;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A thousand clients at once on one cold key (product.md 7, invariant 6).
final class SharedFetchTest {
  private static final int CLIENTS = 1_000;
  private static final int BODY_BYTES = 20_000;
  private static final long PATIENCE_SECONDS = 60;

  @TempDir private Path directory;

  @Test
  void aThousandClientsOnOneColdKeyCostTheTargetOneRequestAndAllGetTheSameBody() throws Exception {
    String body = Details.filler(BODY_BYTES);
    AtomicInteger asked = new AtomicInteger();
    try (Stage stage = stage();
        Answering _ =
            new Answering(
                stage.target(),
                request -> {
                  asked.incrementAndGet();
                  stage.awaitFollowers(CLIENTS - 1);
                  request.begin(200, head("max-age=60", body));
                  request.send(body);
                  request.end(List.of());
                })) {
      List<Answer> answers = askAtOnce(stage);

      assertThat(asked.get()).isEqualTo(1);
      assertThat(answers).extracting(Answer::status).containsOnly(200);
      assertThat(answers.stream().map(Answer::body).collect(Collectors.toSet()))
          .isEqualTo(Set.of(body));
    }
  }

  @Test
  void aThousandClientsAreNotQueuedBehindEachOtherWhereTheAnswerIsNoStore() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch allAtTheTarget = new CountDownLatch(CLIENTS - 1);
    try (Stage stage = stage();
        Answering _ =
            new Answering(
                stage.target(),
                request -> {
                  int number = asked.incrementAndGet();
                  if (number == 1) {
                    stage.awaitFollowers(CLIENTS - 1);
                  } else {
                    // None is answered before all are here: were one to wait for another, this
                    // would never end.
                    allAtTheTarget.countDown();
                    if (!allAtTheTarget.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                      request.close();
                      return;
                    }
                  }
                  String body = "number " + number;
                  request.begin(200, head("no-store", body));
                  request.send(body);
                  request.end(List.of());
                })) {
      List<Answer> answers = askAtOnce(stage);

      assertThat(asked.get()).isEqualTo(CLIENTS);
      assertThat(answers).extracting(Answer::status).containsOnly(200);
      assertThat(answers).extracting(Answer::body).doesNotHaveDuplicates();
    }
  }

  private Stage stage() throws Exception {
    return new Stage(
        Start.PLAIN, Protocol.HTTP_1, AnsweringLayer.MEMORY, Certificate.make(directory));
  }

  private static List<Field> head(String cacheControl, String body) {
    return List.of(
        new Field("Cache-Control", cacheControl),
        new Field("Content-Length", Integer.toString(body.length())));
  }

  private static List<Answer> askAtOnce(Stage stage) throws Exception {
    List<Client> clients = new ArrayList<>();
    List<Reception> receptions = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Client client = stage.client();
      clients.add(client);
      receptions.add(client.ask(new Ask("GET", "/cold", "HTTP/1.1", List.of(), "")));
    }
    List<Answer> answers = new ArrayList<>();
    for (Reception reception : receptions) {
      answers.add(reception.done().get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }
    clients.forEach(Client::close);
    return answers;
  }
}
