package dev.terrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.conformance.Scenario.Protocol;
import dev.terrace.conformance.Scenario.Start;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A request that comes back to the Terrace that sent it (RFC 8586 §2, RFC 9110 §7.6.3).
final class LoopTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"Via", "CDN-Loop"})
  void aRequestThatCarriesItsOwnNameIsAnsweredWith508(String field) throws Exception {
    try (Stage stage =
            new Stage(
                Start.PLAIN, Protocol.HTTP_1, AnsweringLayer.MEMORY, Certificate.make(directory));
        Client client = stage.client()) {
      Reception first = client.ask(new Ask("GET", "/a", "HTTP/1.1", List.of(), ""));
      Asked asked = Patience.next(stage.target().asked(), () -> "the target was not asked");
      asked.begin(200, List.of(new Field("Content-Length", "0")));
      asked.end(List.of());
      Patience.of(first.done(), () -> "no answer");

      List<Field> seen = List.of(new Field(field, Field.values(asked.fields(), field).getFirst()));
      Reception again = client.ask(new Ask("GET", "/b", "HTTP/1.1", seen, ""));

      Answer answer = Patience.of(again.done(), () -> "no answer");
      assertThat(answer.status()).as("%s", answer).isEqualTo(508);
      assertThat(Field.values(answer.fields(), "Content-Type"))
          .containsExactly("application/problem+json");
      assertThat(stage.target().asked()).isEmpty();
    }
  }
}
