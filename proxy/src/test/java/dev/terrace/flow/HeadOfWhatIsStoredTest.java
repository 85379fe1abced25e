package dev.terrace.flow;

import static dev.terrace.flow.ScriptedOrigin.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.terrace.observe.Event;
import dev.terrace.origin.OriginRequest;
import dev.terrace.origin.OriginResult;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.Scope;
import dev.terrace.rules.ReusePolicy.Suspects;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the answer to a HEAD, or to another request without a condition of Terrace's own, may make
/// of a stored answer that a purge may have covered: nothing better. In each case the target's body
/// has changed since, and its head does not show it.
final class HeadOfWhatIsStoredTest {
  private static final String LIFE = "max-age=60, stale-while-revalidate=3600";

  private volatile String body = "old";
  private volatile String[] stored = {"Cache-Control", LIFE};
  private volatile String[] head = {"Cache-Control", LIFE};

  /// A target that heeds no conditions.
  private OriginResult script(OriginRequest request) {
    return request.method().equals("HEAD") ? answer(200, "", head) : answer(200, body, stored);
  }

  @ParameterizedTest
  @EnumSource(Suspects.class)
  void aHeadWithoutValidatorsConfirmsNoSuspect(Suspects suspects) throws Exception {
    try (FlowKit kit = new FlowKit(this::script)) {
      kit.confirming(suspects);
      becomesSuspectAndIsAskedFor(kit);
    }
  }

  @ParameterizedTest
  @EnumSource(Suspects.class)
  void aHeadThatOmitsTheEtagConfirmsNoSuspect(Suspects suspects) throws Exception {
    stored = new String[] {"Cache-Control", LIFE, "ETag", "\"1\""};
    try (FlowKit kit = new FlowKit(this::script)) {
      kit.confirming(suspects);
      becomesSuspectAndIsAskedFor(kit);
    }
  }

  @ParameterizedTest
  @EnumSource(Suspects.class)
  void aHeadWithTheSameEtagConfirmsNoSuspect(Suspects suspects) throws Exception {
    stored = new String[] {"Cache-Control", LIFE, "ETag", "\"1\""};
    head = stored;
    try (FlowKit kit = new FlowKit(this::script)) {
      kit.confirming(suspects);
      becomesSuspectAndIsAskedFor(kit);
    }
  }

  @Test
  void aNotModifiedForTheClientsOwnConditionConfirmsNoSuspect() throws Exception {
    stored = new String[] {"Cache-Control", LIFE, "ETag", "\"1\""};
    try (FlowKit kit =
        new FlowKit(
            r ->
                r.headers().contains("If-None-Match")
                    ? answer(304, "", "Cache-Control", LIFE)
                    : script(r))) {
      kit.confirming(Suspects.REFETCH);
      becomesSuspectAndIsAskedFor(kit, "If-None-Match", "\"2\"");
    }
  }

  private void becomesSuspectAndIsAskedFor(FlowKit kit, String... fields) throws Exception {
    assertThat(kit.get("/p").bodyText()).isEqualTo("old");
    body = "new";
    kit.purges.adopt(2);
    kit.run(new RecordedExchange("HEAD", "/p", fields));

    assertThat(kit.get("/p").bodyText()).isEqualTo("new");
    assertThat(kit.get("/p").field("X-Cache")).isEqualTo("HIT");
  }

  @Test
  void aHeadWithoutContactConfirmsNothingForWhenContactIsBack() throws Exception {
    try (FlowKit kit = new FlowKit(this::script)) {
      kit.confirming(Suspects.REVALIDATE);
      kit.get("/p");
      kit.pass(Duration.ofSeconds(61));
      kit.trusted = false;
      kit.run(new RecordedExchange("HEAD", "/p"));
      kit.trusted = true;

      assertThat(kit.get("/p").field("X-Cache")).isEqualTo("STALE");
    }
  }

  /// Whether the client waits for the target, or the head comes behind its back.
  @ParameterizedTest
  @ValueSource(strings = {"no-cache", "max-age=3600"})
  void aHeadLiftsNoSoftPurge(String demand) throws Exception {
    stored = new String[] {"Cache-Control", LIFE, "ETag", "\"1\""};
    try (FlowKit kit = new FlowKit(this::script)) {
      kit.get("/p");
      body = "new";
      kit.purges.purge(new Scope.Everything(), PurgeTable.Mode.SOFT);
      kit.run(new RecordedExchange("HEAD", "/p", "Cache-Control", demand));
      await().until(() -> kit.events(Event.FetchEnded.class) == 2);

      assertThat(kit.get("/p").field("X-Cache")).isEqualTo("STALE");
      await().until(() -> kit.events(Event.FetchEnded.class) == 3);
      assertThat(kit.get("/p").bodyText()).isEqualTo("new");
    }
  }

  @Test
  void aHeadOfSomethingElseDropsASuspect() throws Exception {
    expectDropped("Cache-Control", LIFE, "ETag", "\"2\"");
  }

  @Test
  void aHeadOfWhatMayNoLongerBeStoredDropsASuspect() throws Exception {
    expectDropped("Cache-Control", "no-store", "ETag", "\"1\"");
  }

  /// @param fields of the answer to HEAD
  private void expectDropped(String... fields) throws Exception {
    stored = new String[] {"Cache-Control", LIFE, "ETag", "\"1\""};
    head = fields;
    try (FlowKit kit = new FlowKit(this::script)) {
      kit.get("/p");
      kit.purges.adopt(2);
      kit.run(new RecordedExchange("HEAD", "/p"));
      kit.get("/p");

      assertThat(kit.origin.asked.getLast().headers().contains("If-None-Match")).isFalse();
    }
  }

  @Test
  void aSuspectPartIsNotBuiltUpon() throws Exception {
    try (FlowKit kit =
        new FlowKit(
            r -> {
              boolean first = r.headers().firstOr("Range", "").equals("bytes=0-4");
              return answer(
                  206,
                  first ? "abcde" : "defghij",
                  "Cache-Control",
                  LIFE,
                  "ETag",
                  "\"1\"",
                  "Content-Range",
                  first ? "bytes 0-4/20" : "bytes 3-9/20");
            })) {
      kit.confirming(Suspects.REFETCH);
      kit.get("/p", "Range", "bytes=0-4");
      kit.trusted = false;
      // The target gives more than it was asked for.
      kit.get("/p", "Range", "bytes=3-4");
      kit.trusted = true;

      kit.get("/p", "Range", "bytes=0-4");
      assertThat(kit.origin.asked).hasSize(3);
    }
  }
}
