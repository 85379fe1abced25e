package dev.terrace.purge.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.terrace.purge.Fence;
import dev.terrace.purge.PurgeRequest;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import dev.terrace.purge.Standing;
import dev.terrace.purge.Verdict;
import dev.terrace.purge.redis.Follow.Way;
import dev.terrace.purge.redis.HandOver.Handed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// What instances give each other directly, while Redis is away.
final class HandOverTest extends OneLog {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void whatOneDoesNotTakeKeepsNothingElseFromIt() {
    Follow a = serving("a");
    Follow b = serving("b");
    settle(a, b);
    List<String> offered = new ArrayList<>();
    a.purges.reach(
        (_, purge) -> {
          offered.add(purge.id());
          return purge.id().equals("odd") ? Handed.REFUSED : Handed.TAKEN;
        });
    a.way = Way.CUT;
    a.purge("odd");
    a.purge("even");
    a.purges.handOver();
    assertThat(offered).containsExactly("odd", "even");
    assertThat(standing(a, "even").others())
        .containsExactly(new Standing.Instance("b", Standing.State.APPLIED));
    assertThat(standing(a, "odd").others())
        .containsExactly(new Standing.Instance("b", Standing.State.PENDING));
  }

  @Test
  void whoeverAnswersWithoutEndHoldsNobodyUp() {
    try (HandOver handOver = new HandOver(Optional.empty())) {
      // A busy machine may take the whole deadline to get there.
      await().atMost(PATIENCE).until(() -> isGivenUpInMidAnswer(handOver));
    }
  }

  /// Hands a purge to somebody who answers without end, which must not be waited for.
  ///
  /// @return whether the answer had begun by then
  private static boolean isGivenUpInMidAnswer(HandOver handOver) throws Exception {
    try (ExecutorService answering = Executors.newVirtualThreadPerTaskExecutor();
        ServerSocket endless = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CountDownLatch givenUp = new CountDownLatch(1);
      CountDownLatch begun = new CountDownLatch(1);
      Future<?> answer =
          answering.submit(
              () -> {
                try (Socket socket = endless.accept()) {
                  beginAnswer(socket);
                  begun.countDown();
                  givenUp.await();
                }
                return null;
              });
      String address = "127.0.0.1:" + endless.getLocalPort() + "/cache";
      Member member = new Member("m", 1, 1, 1, Member.Binding.SERVES, address);
      PurgeRequest purge =
          new PurgeRequest("one", 1, List.of(new Scope.Everything()), Mode.HARD, at());
      try {
        assertThat(handOver.hand(member, purge)).isEqualTo(Handed.UNREACHABLE);
        return begun.getCount() == 0;
      } finally {
        givenUp.countDown();
        answer.cancel(true);
      }
    }
  }

  /// Takes the head of a request, and sends one that promises a body.
  private static void beginAnswer(Socket socket) throws IOException {
    BufferedReader head =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    assertThat(head.readLine()).startsWith("POST /cache/handover ");
    for (String line = head.readLine(); !line.isEmpty(); line = head.readLine()) {}
    socket
        .getOutputStream()
        .write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void whatIsHandedOverIsARecordAsAnInstanceWritesIt() throws IOException {
    Follow a = serving("a");
    settle(a);
    byte[] record =
        ControlKey.record(
            new PurgeRequest("one", 1, List.of(new Scope.Url(Follow.PAGE)), Mode.HARD, at()));
    Fence before = a.fetch();
    assertThat(a.purges.takeOver(record)).isTrue();
    assertThat(a.judge(before)).isEqualTo(Verdict.PURGED);
    assertThat(a.purges.takeOver(record)).as("again").isTrue();

    byte[] longer = Arrays.copyOf(record, record.length + 1);
    assertThatThrownBy(() -> a.purges.takeOver(longer)).isInstanceOf(IOException.class);
    for (String id : List.of("", "a b", "a\nb", "x".repeat(150))) {
      byte[] other =
          ControlKey.record(
              new PurgeRequest(id, 1, List.of(new Scope.Everything()), Mode.HARD, at()));
      assertThatThrownBy(() -> a.purges.takeOver(other)).as(id).isInstanceOf(IOException.class);
    }
    a.follow();
    assertThat(standing(a, "one").log()).isEqualTo(Standing.Logged.APPLIED);
  }

  @Test
  void nobodyIsHandedAPurgeAtAnAddressThatIsNone() {
    try (HandOver handOver = new HandOver(Optional.empty())) {
      PurgeRequest purge =
          new PurgeRequest("one", 1, List.of(new Scope.Everything()), Mode.HARD, at());
      for (String address :
          List.of("127.0.0.1:99999/cache", "127.0.0.1/cache", "127.0.0.1:0/cache", "x y", ":1")) {
        Member member = new Member("m", 1, 1, 1, Member.Binding.SERVES, address);
        assertThat(handOver.hand(member, purge)).as(address).isEqualTo(Handed.UNREACHABLE);
      }
    }
  }

  private static Instant at() {
    return Instant.ofEpochSecond(1_000_000);
  }
}
