package dev.terrace.origin;

import static dev.terrace.origin.RawTarget.always;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A target's name is resolved again, and its new address used, while requests keep coming.
class NameResolutionTest {
  @TempDir private Path directory;

  private static RawTarget target(String address, int port, String body) throws Exception {
    InetSocketAddress at = new InetSocketAddress(InetAddress.getByName(address), port);
    return new RawTarget(
        ServerSocketFactory.getDefault(),
        "http",
        at,
        always("HTTP/1.1 200 OK", "Content-Length: " + body.length(), "", body));
  }

  @Test
  void aNewAddressIsUsedInTime() throws Exception {
    Duration life = Duration.ofSeconds(1);
    TargetSettings settings =
        Asking.quick()
            .with(new TargetSettings.Pool(Duration.ofSeconds(60), life, life, 16, 8, 100, 16, 16));
    Path hosts = directory.resolve("hosts");
    Files.writeString(hosts, "127.0.0.1 target.test\n");
    AddressResolverOptions resolution =
        TargetClient.nameResolution(settings).setHostsPath(hosts.toString());
    Vertx vertx = Vertx.vertx(new VertxOptions().setAddressResolverOptions(resolution));
    try (RawTarget old = target("127.0.0.1", 0, "old");
        RawTarget current = target("127.0.0.2", old.uri().getPort(), "new");
        Asking asking =
            new Asking(vertx, URI.create("http://target.test:" + old.uri().getPort()), settings)) {
      assertThat(asking.outcome("/")).isEqualTo("200 old");
      Files.writeString(hosts, "127.0.0.2 target.test\n");
      await().atMost(30, TimeUnit.SECONDS).until(() -> asking.outcome("/").equals("200 new"));
      assertThat(current.connections()).isNotEmpty();
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void noAddressIsKeptForLongerThanTheLifeOfANameAndNoFailureForLongerThanASecond() {
    for (int seconds : List.of(1, 2, 30)) {
      AddressResolverOptions resolution =
          TargetClient.nameResolution(namesLiveFor(Duration.ofSeconds(seconds)));
      assertThat(resolution.getCacheMaxTimeToLive()).isEqualTo(seconds);
      assertThat(resolution.getCacheNegativeTimeToLive()).isEqualTo(1);
      assertThat(resolution.getHostsRefreshPeriodUnit()).isEqualTo(TimeUnit.SECONDS);
      assertThat(resolution.getHostsRefreshPeriod()).isEqualTo(seconds);
    }
  }

  private static TargetSettings namesLiveFor(Duration nameLife) {
    Duration minute = Duration.ofMinutes(1);
    return Asking.quick()
        .with(new TargetSettings.Pool(minute, minute, nameLife, 16, 8, 100, 16, 16));
  }

  @Test
  void aNameThatDoesNotResolveIsUnreachable() throws Exception {
    Path hosts = directory.resolve("hosts");
    Files.writeString(hosts, "127.0.0.1 other.test\n");
    AddressResolverOptions resolution =
        TargetClient.nameResolution(Asking.quick())
            .setHostsPath(hosts.toString())
            .addServer("127.0.0.1:9")
            .setQueryTimeout(200)
            .setMaxQueries(1);
    Vertx vertx = Vertx.vertx(new VertxOptions().setAddressResolverOptions(resolution));
    try (Asking asking = new Asking(vertx, URI.create("http://target.test:81"), Asking.quick())) {
      assertThat(asking.outcome("/")).isEqualTo("UNREACHABLE: the target's name does not resolve");
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }
}
