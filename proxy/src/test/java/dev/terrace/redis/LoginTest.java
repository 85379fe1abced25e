package dev.terrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Passwords, users and certificates: who gets in, and that nothing of them is said to anybody.
class LoginTest {
  @TempDir private static Path directory;
  private static RedisCertificates certificates;
  private static RedisCertificates others;

  @BeforeAll
  static void makeCertificates() throws Exception {
    certificates =
        RedisCertificates.create(Files.createDirectory(directory.resolve("a")), "ip:127.0.0.1");
    others =
        RedisCertificates.create(Files.createDirectory(directory.resolve("b")), "dns:elsewhere");
  }

  @Test
  void a_password_lets_in_and_a_wrong_one_does_not() throws IOException {
    try (RedisServer server = RedisServer.start(RedisServer.Options.PLAIN.password("secret"));
        Redis right = TestSettings.open(server.port(), "--redis-password=secret");
        Redis wrong = TestSettings.open(server.port(), "--redis-password=canary");
        Redis none = TestSettings.open(server.port())) {
      Connected.await(right);

      assertThat(Connected.set(right, "a", "1")).isEqualTo("OK");
      awaitFailure(wrong, "WRONGPASS");
      awaitFailure(none, "NOAUTH");
    }
  }

  @Test
  void a_user_of_the_access_control_list_may_what_the_list_says() throws IOException {
    RedisServer.Options options =
        RedisServer.Options.PLAIN.user("terrace on >secret ~proxy:cache:* +@all -@dangerous");
    try (RedisServer server = RedisServer.start(options);
        Redis redis =
            TestSettings.open(
                server.port(), "--redis-username=terrace", "--redis-password=secret")) {
      Connected.await(redis);

      assertThat(Connected.set(redis, "proxy:cache:a", "1")).isEqualTo("OK");
      assertThat(failure(() -> Connected.set(redis, "other", "1")))
          .isInstanceOfSatisfying(
              ErrorReplyException.class, reply -> assertThat(reply.code()).isEqualTo("NOPERM"));
    }
  }

  @Test
  void a_password_in_a_file_can_be_changed_without_a_restart() throws IOException {
    Path file = Files.writeString(directory.resolve("password"), "before\n");
    try (RedisServer server =
            RedisServer.start(RedisServer.Options.PLAIN.user("terrace on >before ~* &* +@all"));
        Redis redis =
            TestSettings.open(
                server.port(), "--redis-username=terrace", "--redis-password-file=" + file)) {
      Connected.await(redis);

      server.ask("ACL", "SETUSER", "terrace", "resetpass", ">after");
      Files.writeString(file, "after\n");
      server.ask("CLIENT", "KILL", "USER", "terrace");

      await().until(() -> server.ask("CLIENT", "LIST").contains("user=terrace"));
      Connected.await(redis);
      assertThat(Connected.set(redis, "a", "1")).isEqualTo("OK");
    }
  }

  @Test
  void a_private_authority_vouches_for_the_server() throws IOException {
    try (RedisServer server =
            RedisServer.start(RedisServer.Options.PLAIN.tls(certificates).password("secret"));
        Redis redis =
            TestSettings.open(
                server.port(),
                "--redis-tls",
                "--redis-password=secret",
                "--redis-ca=" + certificates.authority())) {
      Connected.await(redis);

      assertThat(Connected.set(redis, "a", "1")).isEqualTo("OK");
    }
  }

  @Test
  void a_server_that_wants_a_certificate_is_shown_one() throws IOException {
    try (RedisServer server = RedisServer.start(RedisServer.Options.PLAIN.mutualTls(certificates));
        Redis with =
            TestSettings.open(
                server.port(),
                "--redis-tls",
                "--redis-ca=" + certificates.authority(),
                "--redis-cert=" + certificates.client().certificate(),
                "--redis-key=" + certificates.client().key());
        Redis without =
            TestSettings.open(
                server.port(), "--redis-tls", "--redis-ca=" + certificates.authority())) {
      Connected.await(with);

      assertThat(Connected.set(with, "a", "1")).isEqualTo("OK");
      await().until(() -> !without.status().lastFailure().isEmpty());
      assertThat(without.status().connected()).isFalse();
    }
  }

  @Test
  void another_authority_or_another_name_is_not_trusted() {
    try (RedisServer server = RedisServer.start(RedisServer.Options.PLAIN.tls(certificates));
        RedisServer misnamed = RedisServer.start(RedisServer.Options.PLAIN.tls(others));
        Redis untrusted =
            TestSettings.open(server.port(), "--redis-tls", "--redis-ca=" + others.authority());
        Redis jdk = TestSettings.open(server.port(), "--redis-tls");
        Redis elsewhere =
            TestSettings.open(misnamed.port(), "--redis-tls", "--redis-ca=" + others.authority());
        Redis plain = TestSettings.open(server.port())) {
      awaitFailure(untrusted, "Signature does not match");
      awaitFailure(jdk, "unable to find valid certification path");
      awaitFailure(elsewhere, "No subject alternative names matching IP address 127.0.0.1");
      await().until(() -> !plain.status().lastFailure().isEmpty());
      assertThat(plain.status().connected()).isFalse();
    }
  }

  @Test
  void no_secret_is_logged_or_told_even_if_a_server_repeats_it() throws Exception {
    try (Log log = Log.open();
        Parrot parrot = new Parrot();
        Redis redis =
            TestSettings.open(
                parrot.port(), "--redis-username=canary-user", "--redis-password=canary")) {
      awaitFailure(redis, "unknown command");

      assertThat(redis.status().toString()).contains("***").doesNotContain("canary`");
      assertThat(log.lines()).anyMatch(line -> line.contains("unknown command"));
      assertThat(String.join("\n", log.lines()).replace("canary-user", ""))
          .doesNotContain("canary");
      assertThat(log.hasTraces()).isFalse();
    }
  }

  private static void awaitFailure(Redis redis, String words) {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(redis.status().lastFailure()).contains(words));
    assertThat(redis.status().connected()).isFalse();
  }

  @FunctionalInterface
  private interface Asking {
    Object ask() throws IOException;
  }

  private static Throwable failure(Asking asking) {
    return org.assertj.core.api.Assertions.catchThrowable(asking::ask);
  }

  /// A server that knows no command, and says so as old ones did: with the arguments.
  private static final class Parrot implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    Parrot() throws IOException {
      Thread.ofPlatform().daemon().start(this::serve);
    }

    int port() {
      return listener.getLocalPort();
    }

    private void serve() {
      while (!listener.isClosed()) {
        try (Socket socket = listener.accept()) {
          byte[] bytes = new byte[4_096];
          int count = socket.getInputStream().read(bytes);
          while (count > 0) {
            String words =
                new String(bytes, 0, count, StandardCharsets.UTF_8)
                    .replaceAll("[*$][0-9]+\r\n", "")
                    .replace("\r\n", "`, `");
            socket
                .getOutputStream()
                .write(
                    ("-ERR unknown command, with args beginning with: `" + words + "`\r\n")
                        .getBytes(StandardCharsets.UTF_8));
            count = socket.getInputStream().read(bytes);
          }
        } catch (IOException ended) {
          // The next one, or the end of the listener.
        }
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }
}
