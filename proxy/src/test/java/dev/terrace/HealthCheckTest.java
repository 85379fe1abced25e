package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `terrace health`, as a container or a script asks it.
final class HealthCheckTest {
  @TempDir private Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void anInstanceThatIsUpIsFoundByTheOptionsThatItWasStartedWith() {
    int port = start();

    Run byFlag = Run.of(Map.of(), "health", "--port=" + port);
    Run byEnvironment = Run.of(Map.of("PORT", Integer.toString(port)), "health");
    Run byUrl = Run.of(Map.of(), "health", "--url=http://127.0.0.1:" + port);
    Run byAdminPort = Run.of(Map.of(), "health", "--port=1", "--admin-port=" + port);

    assertThat(List.of(byFlag, byEnvironment, byUrl, byAdminPort))
        .allSatisfy(
            run -> {
              assertThat(run.err()).isEmpty();
              assertThat(run.code()).isZero();
            });
  }

  @Test
  void overTlsAnyCertificateWillDoOnTheLoopback() throws Exception {
    Path certificate = directory.resolve("certificate.pem");
    Path key = directory.resolve("key.pem");
    certificate(certificate, key);
    String[] tls = {"--tls-cert=" + certificate, "--tls-key=" + key};
    int port = start(tls);

    // The first handshake of a process on a busy machine may take longer than the question waits.
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              Run run = Run.of(Map.of(), "health", "--port=" + port, tls[0], tls[1]);
              assertThat(run.code()).as(run.err()).isZero();
            });
    assertThat(Run.of(Map.of(), "health", "--port=" + port).code()).isOne();
  }

  @Test
  void whereNobodyListensALineSaysSo() throws IOException {
    Instance instance = instance();
    int port = instance.port();
    instance.close();

    Run run = Run.of(Map.of(), "health", "--port=" + port);

    assertThat(run.code()).isOne();
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .startsWith("terrace: http://127.0.0.1:" + port + "/health: no answer");
  }

  @Test
  void anotherAnswerThan200IsNotUp() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> exchange.sendResponseHeaders(503, -1));
    server.start();
    open.add(() -> server.stop(0));
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/ready";

    Run run = Run.of(Map.of(), "health", "--url", url);

    assertThat(run.code()).isOne();
    assertThat(run.err()).isEqualTo("terrace: " + url + ": answered 503, expected 200\n");
  }

  @Test
  void whatNamesNoPlaceIsBadInputAndNotRepeated() {
    for (String url : List.of("canary", "ftp://canary", "http://u:canary@a", "http:///canary")) {
      Run run = Run.of(Map.of(), "health", "--url=" + url);

      assertThat(run.code()).as(url).isEqualTo(2);
      assertThat(run.err()).startsWith("terrace: --url: ").doesNotContain("canary");
    }
    assertThat(Run.of(Map.of(), "health", "--port=0").code()).isEqualTo(2);
    assertThat(Run.of(Map.of(), "--url=http://127.0.0.1").code()).isEqualTo(2);
  }

  private int start(String... flags) {
    Instance instance = instance(flags);
    open.add(instance);
    return instance.port();
  }

  private Instance instance(String... flags) {
    List<String> all =
        new ArrayList<>(List.of("--target-url=http://127.0.0.1:1", "--enable-file-cache=false"));
    all.addAll(List.of(flags));
    return new Instance(all.toArray(String[]::new));
  }

  /// One that nobody vouches for, and that names another host.
  private void certificate(Path certificate, Path key) throws Exception {
    Path store = directory.resolve("store.p12");
    keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=elsewhere.example", "-keystore", store);
    Path chain = directory.resolve("chain");
    keytool("-exportcert", "-rfc", "-file", chain, "-keystore", store);
    Files.copy(chain, certificate);
    KeyStore keys = KeyStore.getInstance(store.toFile(), "password".toCharArray());
    byte[] secret = keys.getKey("it", "password".toCharArray()).getEncoded();
    String text = Base64.getMimeEncoder().encodeToString(secret);
    Files.writeString(
        key, "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n");
  }

  private static void keytool(Object... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    command.addAll(List.of("-alias", "it", "-storepass", "password"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }
}
