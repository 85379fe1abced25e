package dev.terrace.purge.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrace.purge.Fence;
import dev.terrace.purge.PurgeRequest;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import dev.terrace.purge.Standing;
import dev.terrace.purge.Verdict;
import dev.terrace.purge.redis.Follow.Way;
import dev.terrace.purge.redis.HandOver.Handed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// What instances give each other directly, while Redis is away.
final class HandOverTest extends OneLog {
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
  void whoeverAnswersWithoutEndHoldsNobodyUp() throws Exception {
    try (ServerSocket endless = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        HandOver handOver = new HandOver(Optional.empty());
        ExecutorService answering = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Socket> connection =
          answering.submit(
              () -> {
                Socket socket = endless.accept();
                socket
                    .getOutputStream()
                    .write(
                        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
                return socket;
              });
      String address = "127.0.0.1:" + endless.getLocalPort() + "/cache";
      Member member = new Member("m", 1, 1, 1, Member.Binding.SERVES, address);
      PurgeRequest purge =
          new PurgeRequest("one", 1, List.of(new Scope.Everything()), Mode.HARD, at());
      assertThat(handOver.hand(member, purge)).isEqualTo(Handed.UNREACHABLE);
      connection.get().close();
    }
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
