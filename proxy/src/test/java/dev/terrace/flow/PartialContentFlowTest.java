package dev.terrace.flow;

import static dev.terrace.flow.ScriptedOrigin.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.BodyReader;
import dev.terrace.observe.Event;
import dev.terrace.origin.OriginRequest;
import dev.terrace.origin.OriginResult;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.Scope;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Parts of answers where timing or size counts; what a client and a target see one after the other
/// is in `conformance/partial.txt`.
@Timeout(60)
class PartialContentFlowTest {
  private static final String WHOLE = "abcdefghijklmnopqrstuvwxyz";

  @Test
  void the_range_of_a_fetch_that_ends_late_does_not_displace_the_whole() throws Exception {
    CountDownLatch body = new CountDownLatch(1);
    try (FlowKit kit =
        new FlowKit(
            r ->
                r.headers().contains("Range")
                    ? waiting(ranged(r, WHOLE, "\"1\""), body)
                    : whole(WHOLE, "\"1\""))) {
      Future<RecordedExchange> range =
          kit.start(new RecordedExchange("GET", "/a", "Range", "bytes=0-4"));
      Awaitility.await().until(() -> kit.origin.asked.size() == 1);
      kit.get("/a");
      body.countDown();

      assertThat(range.get(20, TimeUnit.SECONDS).bodyText()).isEqualTo("abcde");
      RecordedExchange again = kit.get("/a");
      assertThat(again.field("X-Cache")).isEqualTo("HIT");
      assertThat(again.bodyText()).isEqualTo(WHOLE);
    }
  }

  @Test
  void the_range_of_another_representation_displaces_the_whole() throws Exception {
    CountDownLatch body = new CountDownLatch(1);
    try (FlowKit kit =
        new FlowKit(
            r ->
                r.headers().contains("Range")
                    ? waiting(ranged(r, WHOLE, "\"2\""), body)
                    : whole(WHOLE, "\"1\""))) {
      Future<RecordedExchange> range =
          kit.start(new RecordedExchange("GET", "/a", "Range", "bytes=0-4"));
      Awaitility.await().until(() -> kit.origin.asked.size() == 1);
      kit.get("/a");
      body.countDown();
      range.get(20, TimeUnit.SECONDS);

      assertThat(kit.get("/a", "Range", "bytes=1-2").field("ETag")).isEqualTo("\"2\"");
    }
  }

  @Test
  void many_clients_of_many_ranges_get_each_their_own() throws Exception {
    int clientCount = WHOLE.length();
    CountDownLatch allAsk = new CountDownLatch(clientCount + 1);
    try (FlowKit kit =
        new FlowKit(
            r -> {
              allAsk.countDown();
              allAsk.await();
              return r.headers().contains("Range")
                  ? ranged(r, WHOLE, "\"1\"")
                  : whole(WHOLE, "\"1\"");
            })) {
      List<Future<RecordedExchange>> clients = new ArrayList<>();
      for (int at = 0; at < clientCount; at++) {
        String range = "bytes=" + at + "-" + at;
        clients.add(kit.start(new RecordedExchange("GET", "/a", "Range", range)));
      }
      Future<RecordedExchange> all = kit.start(new RecordedExchange("GET", "/a"));

      for (int at = 0; at < clientCount; at++) {
        RecordedExchange answered = clients.get(at).get(20, TimeUnit.SECONDS);
        assertThat(answered.bodyText()).isEqualTo(WHOLE.substring(at, at + 1));
      }
      assertThat(all.get(20, TimeUnit.SECONDS).bodyText()).isEqualTo(WHOLE);
      assertThat(kit.events(Event.FetchFollowed.class)).isZero();
    }
  }

  @Test
  void a_thousand_clients_complete_a_beginning_with_one_request() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    try (FlowKit kit = new FlowKit(r -> ranged(r, WHOLE, "\"1\""))) {
      kit.get("/a", "Range", "bytes=0-9");
      kit.origin.script =
          r -> {
            open.await();
            return ranged(r, WHOLE, "\"1\"");
          };
      List<Future<RecordedExchange>> clients = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        clients.add(kit.start(new RecordedExchange("GET", "/a")));
      }
      Awaitility.await().until(() -> kit.events(Event.FetchFollowed.class) == 999);
      open.countDown();

      for (Future<RecordedExchange> client : clients) {
        RecordedExchange answered = client.get(20, TimeUnit.SECONDS);
        assertThat(answered.head().status()).isEqualTo(200);
        assertThat(answered.bodyText()).isEqualTo(WHOLE);
      }
      assertThat(kit.origin.asked).hasSize(2);
    }
  }

  @Test
  void a_purge_between_two_parts_covers_what_would_be_put_together() throws Exception {
    AtomicInteger generation = new AtomicInteger(1);
    try (FlowKit kit =
        new FlowKit(r -> ranged(r, WHOLE.replace('a', (char) ('0' + generation.get())), "\"1\""))) {
      kit.get("/a", "Range", "bytes=0-9");
      // A target that keeps its entity tag over other bytes: this is what purges are for.
      generation.set(2);
      kit.purges.purge(new Scope.Everything(), PurgeTable.Mode.HARD);
      kit.get("/a", "Range", "bytes=10-19");

      assertThat(kit.get("/a", "Range", "bytes=0-0").bodyText()).isEqualTo("2");
    }
  }

  @Test
  void a_purge_after_the_lookup_covers_the_completed_answer() throws Exception {
    CountDownLatch purged = new CountDownLatch(1);
    try (FlowKit kit = new FlowKit(r -> ranged(r, WHOLE, "\"1\""))) {
      kit.get("/a", "Range", "bytes=0-9");
      kit.origin.script =
          r -> {
            purged.await();
            return ranged(r, WHOLE, "\"1\"");
          };
      Future<RecordedExchange> before = kit.start(new RecordedExchange("GET", "/a"));
      Awaitility.await().until(() -> kit.origin.asked.size() == 2);
      kit.purges.purge(new Scope.Everything(), PurgeTable.Mode.HARD);
      purged.countDown();
      assertThat(before.get(20, TimeUnit.SECONDS).bodyText()).isEqualTo(WHOLE);

      kit.get("/a", "Range", "bytes=0-0");
      assertThat(kit.origin.asked).hasSize(3);
      assertThat(kit.origin.asked.getLast().headers().first("If-None-Match")).isEmpty();
    }
  }

  @Test
  void what_is_given_up_leaves_its_room_to_others() throws Exception {
    // A quarter of the layer's 64 MiB is there for bodies under way, 4 MiB for each.
    String large = "x".repeat(3 << 20);
    try (FlowKit kit = new FlowKit(r -> ranged(r, large, "\"1\""))) {
      kit.get("/a", "Range", "bytes=0-9");
      for (int i = 0; i < 10; i++) {
        kit.origin.script = r -> broken(ranged(r, large, "\"1\""));
        try {
          kit.get("/a");
        } catch (IOException expected) {
          // It broke off for the client, too.
        }
        try {
          kit.get("/a", "Range", "bytes=10-" + (2 << 20));
        } catch (IOException expected) {
          // The same.
        }
      }
      kit.origin.script = r -> ranged(r, large, "\"1\"");

      assertThat(kit.get("/a").bodyText()).hasSize(large.length());
      assertThat(kit.get("/a").field("X-Cache")).isEqualTo("HIT");
    }
  }

  /// The bytes that the request asks for, with the ETag.
  private static OriginResult.Answer ranged(OriginRequest request, String whole, String etag) {
    String[] asked = request.headers().firstOr("Range", "bytes=0-").substring(6).split("-", -1);
    int first = Integer.parseInt(asked[0]);
    int last = asked[1].isEmpty() ? whole.length() - 1 : Integer.parseInt(asked[1]);
    return answer(
        206,
        whole.substring(first, last + 1),
        "Cache-Control",
        "max-age=60",
        "ETag",
        etag,
        "Content-Range",
        "bytes " + first + "-" + last + "/" + whole.length());
  }

  private static OriginResult.Answer whole(String body, String etag) {
    return answer(200, body, "Cache-Control", "max-age=60", "ETag", etag);
  }

  /// The same answer, whose body comes once the latch is open.
  private static OriginResult.Answer waiting(OriginResult.Answer answer, CountDownLatch open) {
    return with(
        answer,
        () -> {
          try {
            open.await();
          } catch (InterruptedException e) {
            throw new InterruptedIOException();
          }
          return answer.body().read();
        });
  }

  /// The same answer, whose body breaks off.
  private static OriginResult.Answer broken(OriginResult.Answer answer) {
    AtomicInteger reads = new AtomicInteger();
    return with(
        answer,
        () -> {
          if (reads.incrementAndGet() > 1) {
            throw new IOException("reset");
          }
          ByteBuffer bytes = answer.body().read();
          return bytes.slice(bytes.position(), bytes.remaining() / 2);
        });
  }

  @FunctionalInterface
  private interface Read {
    ByteBuffer next() throws IOException;
  }

  private static OriginResult.Answer with(OriginResult.Answer answer, Read read) {
    BodyReader body =
        new BodyReader() {
          @Override
          public ByteBuffer read() throws IOException {
            return read.next();
          }

          @Override
          public void close() {
            answer.body().close();
          }
        };
    return new OriginResult.Answer(answer.head(), body, answer.bodyBytes());
  }
}
