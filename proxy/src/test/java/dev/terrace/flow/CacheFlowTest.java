package dev.terrace.flow;

import static dev.terrace.flow.ScriptedOrigin.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.observe.Event;
import dev.terrace.origin.OriginRequest;
import dev.terrace.origin.OriginResult;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class CacheFlowTest {
  private static final String FRESH = "max-age=60";

  @Test
  void the_second_request_is_answered_from_memory() throws Exception {
    try (FlowKit kit = new FlowKit(r -> answer(200, "hello", "Cache-Control", FRESH))) {
      RecordedExchange first = kit.get("/a");
      kit.pass(Duration.ofSeconds(10));
      RecordedExchange second = kit.get("/a");

      assertThat(first.field("X-Cache")).isEqualTo("MISS");
      assertThat(first.field("Cache-Status")).isEqualTo("terrace; fwd=uri-miss; stored; ttl=60");
      assertThat(second.field("X-Cache")).isEqualTo("HIT");
      assertThat(second.field("X-Cache-Layer")).isEqualTo("memory");
      assertThat(second.field("X-Cache-TTL")).isEqualTo("50");
      assertThat(second.field("Age")).isEqualTo("10");
      assertThat(second.field("Cache-Status")).isEqualTo("terrace; hit; ttl=50; detail=memory");
      assertThat(second.bodyText()).isEqualTo("hello");
      assertThat(kit.origin.asked).hasSize(1);
    }
  }

  @Test
  void a_thousand_clients_of_one_cold_key_cost_one_request() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    try (FlowKit kit =
        new FlowKit(
            r -> {
              open.await();
              return answer(200, "shared", "Cache-Control", FRESH);
            })) {
      List<Future<RecordedExchange>> clients = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        clients.add(kit.start(new RecordedExchange("GET", "/cold")));
      }
      Awaitility.await().until(() -> kit.events(Event.FetchFollowed.class) == 999);
      open.countDown();

      int collapsed = 0;
      for (Future<RecordedExchange> client : clients) {
        RecordedExchange answered = client.get(20, TimeUnit.SECONDS);
        assertThat(answered.bodyText()).isEqualTo("shared");
        collapsed += answered.field("Cache-Status").contains("collapsed") ? 1 : 0;
      }
      assertThat(kit.origin.asked).hasSize(1);
      assertThat(collapsed).isEqualTo(999);
    }
  }

  @Test
  void answers_that_may_not_be_stored_are_fetched_by_everyone_at_once() throws Exception {
    int clientCount = 50;
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch allOthersAsk = new CountDownLatch(clientCount - 1);
    AtomicInteger asked = new AtomicInteger();
    try (FlowKit kit =
        new FlowKit(
            r -> {
              int number = asked.incrementAndGet();
              if (number == 1) {
                first.await();
              } else {
                // Were they queued one behind the other, this would never open.
                allOthersAsk.countDown();
                allOthersAsk.await();
              }
              return answer(200, "private " + number, "Cache-Control", "no-store");
            })) {
      List<Future<RecordedExchange>> clients = new ArrayList<>();
      for (int i = 0; i < clientCount; i++) {
        clients.add(kit.start(new RecordedExchange("GET", "/mine")));
      }
      Awaitility.await().until(() -> kit.events(Event.FetchFollowed.class) == clientCount - 1);
      first.countDown();

      List<String> bodies = new ArrayList<>();
      for (Future<RecordedExchange> client : clients) {
        bodies.add(client.get(20, TimeUnit.SECONDS).bodyText());
      }
      assertThat(bodies).doesNotHaveDuplicates();
      assertThat(kit.origin.asked).hasSize(clientCount);
    }
  }

  @Test
  void a_request_after_a_purge_never_joins_the_fetch_that_began_before_it() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    try (FlowKit kit =
        new FlowKit(
            r -> {
              int generation = asked.incrementAndGet();
              if (generation == 1) {
                slow.await();
              }
              return answer(200, "generation " + generation, "Cache-Control", FRESH);
            })) {
      Future<RecordedExchange> before = kit.start(new RecordedExchange("GET", "/p"));
      Awaitility.await().until(() -> asked.get() == 1);
      kit.purges.purge(new Scope.Everything(), PurgeTable.Mode.HARD);

      assertThat(kit.get("/p").bodyText()).isEqualTo("generation 2");
      slow.countDown();
      assertThat(before.get(20, TimeUnit.SECONDS).bodyText()).isEqualTo("generation 1");
      // The old fetch has committed last, and yet nobody sees what it brought.
      RecordedExchange after = kit.get("/p");
      assertThat(after.bodyText()).isEqualTo("generation " + asked.get());
      assertThat(after.bodyText()).isNotEqualTo("generation 1");
    }
  }

  @Test
  void two_variants_asked_for_by_many_cost_two_requests() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    try (FlowKit kit =
        new FlowKit(
            r -> {
              open.await();
              return answer(
                  200,
                  r.headers().firstOr("X-Kind", "?"),
                  "Cache-Control",
                  FRESH,
                  "Vary",
                  "X-Kind");
            })) {
      List<Future<RecordedExchange>> clients = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        String kind = i % 2 == 0 ? "even" : "odd";
        clients.add(kit.start(new RecordedExchange("GET", "/v", "X-Kind", kind)));
      }
      Awaitility.await().until(() -> kit.events(Event.FetchFollowed.class) == 99);
      open.countDown();
      for (int i = 0; i < 100; i++) {
        assertThat(clients.get(i).get(20, TimeUnit.SECONDS).bodyText())
            .isEqualTo(i % 2 == 0 ? "even" : "odd");
      }
      assertThat(kit.origin.asked).hasSize(2);
    }
  }

  @Test
  void a_fetch_outlives_the_client_that_began_it() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    try (FlowKit kit =
        new FlowKit(
            r -> {
              open.await();
              return answer(200, "kept", "Cache-Control", FRESH);
            })) {
      Future<RecordedExchange> leader = kit.start(new RecordedExchange("GET", "/l"));
      Awaitility.await().until(() -> kit.origin.asked.size() == 1);
      Future<RecordedExchange> follower = kit.start(new RecordedExchange("GET", "/l"));
      Awaitility.await().until(() -> kit.events(Event.FetchFollowed.class) == 1);
      leader.cancel(true);
      open.countDown();

      assertThat(follower.get(20, TimeUnit.SECONDS).bodyText()).isEqualTo("kept");
      assertThat(kit.get("/l").field("X-Cache")).isEqualTo("HIT");
      assertThat(kit.origin.asked).hasSize(1);
    }
  }

  @Test
  void a_stale_entry_is_confirmed_by_a_304_and_lives_again() throws Exception {
    try (FlowKit kit =
        new FlowKit(
            r ->
                r.headers().firstOr("If-None-Match", "").equals("\"v1\"")
                    ? answer(304, "", "Cache-Control", FRESH, "ETag", "\"v1\"")
                    : answer(200, "body", "Cache-Control", FRESH, "ETag", "\"v1\""))) {
      kit.get("/e");
      kit.pass(Duration.ofSeconds(100));
      RecordedExchange confirmed = kit.get("/e");
      RecordedExchange hit = kit.get("/e");

      assertThat(confirmed.head().status()).isEqualTo(200);
      assertThat(confirmed.field("X-Cache")).isEqualTo("REVALIDATED");
      assertThat(confirmed.field("Cache-Status"))
          .isEqualTo("terrace; fwd=stale; fwd-status=304; stored; ttl=60");
      assertThat(confirmed.bodyText()).isEqualTo("body");
      assertThat(hit.field("X-Cache")).isEqualTo("HIT");
      assertThat(hit.bodyText()).isEqualTo("body");
    }
  }

  @Test
  void a_304_that_was_asked_for_before_a_purge_does_not_bring_the_entry_back() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    AtomicInteger full = new AtomicInteger();
    try (FlowKit kit =
        new FlowKit(
            r -> {
              if (r.headers().contains("If-None-Match")) {
                slow.await();
                return answer(304, "", "Cache-Control", FRESH, "ETag", "\"v\"");
              }
              return answer(
                  200, "full " + full.incrementAndGet(), "Cache-Control", FRESH, "ETag", "\"v\"");
            })) {
      kit.get("/e");
      kit.pass(Duration.ofSeconds(100));
      Future<RecordedExchange> validating = kit.start(new RecordedExchange("GET", "/e"));
      Awaitility.await().until(() -> kit.origin.asked.size() == 2);
      kit.purges.purge(new Scope.Everything(), PurgeTable.Mode.HARD);
      slow.countDown();

      assertThat(validating.get(20, TimeUnit.SECONDS).bodyText()).isEqualTo("full 1");
      assertThat(kit.get("/e").bodyText()).isEqualTo("full 2");
    }
  }

  @Test
  void a_target_that_cannot_be_reached_is_answered_for_by_what_is_stale() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (FlowKit kit =
        new FlowKit(
            r ->
                asked.incrementAndGet() == 1
                    ? answer(200, "old", "Cache-Control", FRESH)
                    : new OriginResult.Failure(OriginResult.Kind.UNREACHABLE, "refused"))) {
      kit.get("/s");
      kit.pass(Duration.ofSeconds(70));
      RecordedExchange stale = kit.get("/s");
      kit.pass(Duration.ofSeconds(600));
      RecordedExchange gone = kit.get("/s");

      assertThat(stale.field("X-Cache")).isEqualTo("STALE");
      assertThat(stale.field("X-Cache-TTL")).isEqualTo("0");
      assertThat(stale.bodyText()).isEqualTo("old");
      assertThat(gone.head().status()).isEqualTo(502);
      assertThat(gone.field("Proxy-Status")).startsWith("terrace; error=destination_unavailable");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "stale-while-revalidate=60, any, 200",
    "stale-if-error=60, any, 503",
    "public, any, 0",
    "public, max-stale, 200",
  })
  void whatASoftPurgeMadeStaleHasNothingLeftOfItsLife(
      String fromTarget, String fromClient, int statusThen) throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (FlowKit kit =
        new FlowKit(
            r ->
                asked.incrementAndGet() > 1 && statusThen == 0
                    ? new OriginResult.Failure(OriginResult.Kind.UNREACHABLE, "refused")
                    : answer(
                        asked.get() == 1 ? 200 : statusThen,
                        "number " + asked,
                        "Cache-Control",
                        "max-age=600, " + fromTarget))) {
      kit.get("/soft");
      kit.purges.purge(new Scope.Everything(), PurgeTable.Mode.SOFT);
      RecordedExchange stale = kit.get("/soft", "Cache-Control", fromClient);

      assertThat(stale.bodyText()).isEqualTo("number 1");
      assertThat(stale.field("X-Cache")).isEqualTo("STALE");
      assertThat(stale.field("X-Cache-TTL")).isEqualTo("0");
      assertThat(stale.field("Cache-Status")).isEqualTo("terrace; hit; ttl=0; detail=memory");
    }
  }

  @Test
  void stale_while_revalidate_answers_at_once_and_refreshes_behind() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (FlowKit kit =
        new FlowKit(
            r ->
                answer(
                    200,
                    "number " + asked.incrementAndGet(),
                    "Cache-Control",
                    "max-age=10, stale-while-revalidate=60"))) {
      kit.get("/w");
      kit.pass(Duration.ofSeconds(20));
      RecordedExchange stale = kit.get("/w");
      assertThat(stale.field("X-Cache")).isEqualTo("STALE");
      assertThat(stale.bodyText()).isEqualTo("number 1");
      Awaitility.await().until(() -> kit.get("/w").bodyText().equals("number 2"));
      assertThat(asked.get()).isEqualTo(2);
    }
  }

  @Test
  void an_unsafe_method_invalidates_its_url_before_the_client_is_answered() throws Exception {
    AtomicInteger generation = new AtomicInteger();
    try (FlowKit kit =
        new FlowKit(
            r ->
                r.method().equals("GET")
                    ? answer(200, "g" + generation.incrementAndGet(), "Cache-Control", FRESH)
                    : answer(204, ""))) {
      kit.get("/thing");
      RecordedExchange put = kit.run(new RecordedExchange("PUT", "/thing"));
      assertThat(put.field("X-Cache")).isEqualTo("BYPASS");
      assertThat(put.field("Cache-Status")).isEqualTo("terrace; fwd=method; detail=method");
      assertThat(kit.get("/thing").bodyText()).isEqualTo("g2");
    }
  }

  @Test
  void a_client_that_has_it_gets_a_304_from_the_cache() throws Exception {
    try (FlowKit kit =
        new FlowKit(r -> answer(200, "body", "Cache-Control", FRESH, "ETag", "\"v1\""))) {
      RecordedExchange cold = kit.get("/c", "If-None-Match", "\"v1\"");
      // A 304 needs no body, so that it may be there before the entry is stored.
      Awaitility.await().until(() -> kit.events(Event.FetchEnded.class) == 1);
      RecordedExchange warm = kit.get("/c", "If-None-Match", "\"v1\"");

      assertThat(kit.origin.asked).hasSize(1);
      OriginRequest asked = kit.origin.asked.getFirst();
      assertThat(asked.headers().contains("If-None-Match")).isFalse();
      assertThat(cold.head().status()).isEqualTo(304);
      assertThat(warm.head().status()).isEqualTo(304);
      assertThat(warm.field("X-Cache")).isEqualTo("HIT");
      assertThat(warm.bodyText()).isEmpty();
    }
  }

  @Test
  void head_is_answered_from_a_stored_get() throws Exception {
    try (FlowKit kit = new FlowKit(r -> answer(200, "12345", "Cache-Control", FRESH))) {
      kit.get("/h");
      RecordedExchange head = kit.run(new RecordedExchange("HEAD", "/h"));
      assertThat(head.field("X-Cache")).isEqualTo("HIT");
      assertThat(head.field("Content-Length")).isEqualTo("5");
      assertThat(head.bodyText()).isEmpty();
      assertThat(kit.origin.asked).hasSize(1);
    }
  }

  @Test
  void a_client_s_no_cache_is_not_answered_by_a_fetch_that_began_before_it() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    try (FlowKit kit =
        new FlowKit(
            r -> {
              int number = asked.incrementAndGet();
              (number == 1 ? first : second).await();
              return answer(200, "n" + number, "Cache-Control", FRESH);
            })) {
      Future<RecordedExchange> cold = kit.start(new RecordedExchange("GET", "/n"));
      Awaitility.await().until(() -> asked.get() == 1);
      List<Future<RecordedExchange>> demanding = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        demanding.add(kit.start(new RecordedExchange("GET", "/n", "Cache-Control", "no-cache")));
      }
      Awaitility.await().until(() -> kit.events(Event.FetchFollowed.class) >= 20);
      first.countDown();
      // One of the twenty has begun the next fetch, and the others wait for that one.
      Awaitility.await().until(() -> kit.events(Event.FetchFollowed.class) == 39);
      second.countDown();
      assertThat(cold.get(20, TimeUnit.SECONDS).bodyText()).isEqualTo("n1");
      for (Future<RecordedExchange> client : demanding) {
        assertThat(client.get(20, TimeUnit.SECONDS).bodyText()).isEqualTo("n2");
      }
    }
  }

  @Test
  void cut_off_from_purges_those_who_wait_for_a_confirmation_share_the_next() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    AtomicInteger confirmed = new AtomicInteger();
    try (FlowKit kit =
        new FlowKit(
            r -> {
              if (!r.headers().contains("If-None-Match")) {
                return answer(200, "body", "Cache-Control", FRESH, "ETag", "\"v\"");
              }
              (confirmed.incrementAndGet() == 1 ? first : second).await();
              return answer(304, "", "Cache-Control", FRESH, "ETag", "\"v\"");
            })) {
      kit.get("/s");
      kit.trusted = false;
      List<Future<RecordedExchange>> clients = new ArrayList<>();
      clients.add(kit.start(new RecordedExchange("GET", "/s")));
      Awaitility.await().until(() -> confirmed.get() == 1);
      for (int i = 0; i < 20; i++) {
        clients.add(kit.start(new RecordedExchange("GET", "/s")));
      }
      Awaitility.await().until(() -> kit.events(Event.FetchFollowed.class) == 20);
      first.countDown();
      Awaitility.await().until(() -> kit.events(Event.FetchFollowed.class) == 39);
      second.countDown();

      for (Future<RecordedExchange> client : clients) {
        assertThat(client.get(20, TimeUnit.SECONDS).bodyText()).isEqualTo("body");
      }
      assertThat(confirmed).hasValue(2);
      kit.get("/s");
      assertThat(confirmed).as("nothing is kept for who comes later").hasValue(3);
    }
  }

  @Test
  void who_follows_a_fetch_while_contact_is_lost_asks_again() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    try (FlowKit kit =
        new FlowKit(
            r -> {
              int number = asked.incrementAndGet();
              open.await();
              return answer(200, "n" + number, "Cache-Control", FRESH);
            })) {
      Future<RecordedExchange> leader = kit.start(new RecordedExchange("GET", "/l"));
      Awaitility.await().until(() -> asked.get() == 1);
      Future<RecordedExchange> follower = kit.start(new RecordedExchange("GET", "/l"));
      Awaitility.await().until(() -> kit.events(Event.FetchFollowed.class) == 1);
      kit.trusted = false;
      open.countDown();

      assertThat(leader.get(20, TimeUnit.SECONDS).bodyText()).isEqualTo("n1");
      assertThat(follower.get(20, TimeUnit.SECONDS).bodyText()).isEqualTo("n2");
    }
  }

  @Test
  void a_body_that_breaks_off_is_not_stored_and_breaks_off_for_the_client() throws Exception {
    try (FlowKit kit = new FlowKit(r -> BrokenBody.after("half", "Cache-Control", FRESH))) {
      RecordedExchange exchange = new RecordedExchange("GET", "/b");
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> kit.run(exchange))
          .isInstanceOf(java.io.IOException.class);
      assertThat(exchange.aborted).isTrue();
      assertThat(exchange.ended).isFalse();
      RecordedExchange again = new RecordedExchange("GET", "/b");
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> kit.run(again))
          .isInstanceOf(java.io.IOException.class);
      assertThat(kit.origin.asked).hasSize(2);
    }
  }
}
