package dev.terrace.flow;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RelayTest {
  @Test
  void a_reader_gets_what_came_before_and_after_it_joined() throws Exception {
    Relay relay = new Relay();
    relay.put(bytes("one "));
    BodyReader late = relay.join().orElseThrow();
    relay.put(bytes("two"));
    relay.end(Headers.of("Digest", "x"));

    assertThat(readAll(late)).isEqualTo("one two");
    assertThat(late.trailers().first("Digest")).contains("x");
  }

  @Test
  void every_reader_gets_every_byte_in_order_however_they_interleave() throws Exception {
    byte[] body = new byte[3 * Relay.WINDOW_BYTES];
    new Random(7).nextBytes(body);
    Relay relay = new Relay();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<byte[]>> readers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        BodyReader reader = relay.join().orElseThrow();
        readers.add(threads.submit((Callable<byte[]>) () -> drain(reader)));
      }
      relay.slide();
      Random sizes = new Random(8);
      for (int from = 0; from < body.length; ) {
        int to = Math.min(body.length, from + 1 + sizes.nextInt(20_000));
        relay.put(ByteBuffer.wrap(body, from, to - from).slice());
        from = to;
      }
      relay.end(Headers.EMPTY);
      for (Future<byte[]> reader : readers) {
        assertThat(reader.get()).isEqualTo(body);
      }
    }
  }

  @Test
  void sliding_it_waits_for_the_slowest_reader_and_goes_on_when_that_leaves() throws Exception {
    Relay relay = new Relay();
    relay.slide();
    BodyReader slow = relay.join().orElseThrow();
    AtomicInteger put = new AtomicInteger();
    int chunk = Relay.WINDOW_BYTES / 4;
    Thread producer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (int i = 0; i < 20; i++) {
                      relay.put(ByteBuffer.allocate(chunk));
                      put.incrementAndGet();
                    }
                    relay.end(Headers.EMPTY);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    Awaitility.await().until(() -> producer.getState() == Thread.State.WAITING);
    assertThat(put.get()).isEqualTo(4);

    slow.close();
    assertThat(producer.join(java.time.Duration.ofSeconds(20))).isTrue();
    assertThat(put.get()).isEqualTo(20);
  }

  @Test
  void nobody_joins_once_the_beginning_is_gone() throws Exception {
    Relay relay = new Relay();
    relay.slide();
    BodyReader reader = relay.join().orElseThrow();
    for (int i = 0; i < 4; i++) {
      relay.put(ByteBuffer.allocate(Relay.WINDOW_BYTES / 2));
      assertThat(reader.read().hasRemaining()).isTrue();
    }
    assertThat(relay.join()).isEmpty();
  }

  @Test
  void a_small_body_can_be_joined_from_its_first_byte_although_it_slides() throws Exception {
    Relay relay = new Relay();
    relay.slide();
    BodyReader first = relay.join().orElseThrow();
    relay.put(bytes("small"));
    assertThat(first.read().remaining()).isEqualTo(5);
    relay.end(Headers.EMPTY);
    assertThat(readAll(relay.join().orElseThrow())).isEqualTo("small");
  }

  @Test
  void readers_get_what_there_is_and_then_the_failure() throws Exception {
    Relay relay = new Relay();
    BodyReader reader = relay.join().orElseThrow();
    relay.put(bytes("half"));
    relay.fail(new IOException("reset"));

    assertThat(reader.read()).isEqualTo(bytes("half"));
    assertThatThrownBy(reader::read).isInstanceOf(IOException.class).hasMessage("reset");
  }

  @Test
  void a_failure_after_the_end_changes_nothing() throws Exception {
    Relay relay = new Relay();
    BodyReader reader = relay.join().orElseThrow();
    relay.end(Headers.EMPTY);
    relay.fail(new IOException("late"));
    assertThat(reader.read().hasRemaining()).isFalse();
  }

  @Test
  void an_interrupt_ends_the_wait_of_its_reader_alone() throws Exception {
    Relay relay = new Relay();
    BodyReader left = relay.join().orElseThrow();
    BodyReader stays = relay.join().orElseThrow();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> waiting = threads.submit(left::read);
      waiting.cancel(true);
      Future<String> other = threads.submit(() -> readAll(stays));
      relay.put(bytes("all"));
      relay.end(Headers.EMPTY);
      assertThat(other.get(20, TimeUnit.SECONDS)).isEqualTo("all");
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(US_ASCII));
  }

  private static String readAll(BodyReader reader) throws IOException {
    return new String(drain(reader), US_ASCII);
  }

  static byte[] drain(BodyReader reader) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuffer next = reader.read(); next.hasRemaining(); next = reader.read()) {
      byte[] piece = new byte[next.remaining()];
      next.get(piece);
      all.writeBytes(piece);
    }
    return all.toByteArray();
  }
}
