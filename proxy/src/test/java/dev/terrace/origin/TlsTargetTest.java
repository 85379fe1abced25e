package dev.terrace.origin;

import static dev.terrace.origin.RawTarget.always;
import static dev.terrace.origin.RawTarget.lines;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// HTTP/1.1 over TLS: who is trusted (security.md S19), and where a body ends (RFC 9112 §9.8).
class TlsTargetTest {
  @TempDir private static Path ours;
  @TempDir private static Path elsewhere;

  private static TestCertificate right;
  private static TestCertificate wrongName;

  @BeforeAll
  static void makeCertificates() throws Exception {
    right = TestCertificate.create(ours, "ip:127.0.0.1");
    wrongName = TestCertificate.create(elsewhere, "dns:elsewhere.example,ip:127.0.0.2");
  }

  private static RawTarget target(TestCertificate certificate, String... answer) throws Exception {
    ServerSocketFactory sockets = certificate.context().getServerSocketFactory();
    return new RawTarget(sockets, "https", always(answer));
  }

  private static final String[] OK = {"HTTP/1.1 200 OK", "Content-Length: 2", "", "ok"};

  @Test
  void aTrustedCertificateOfTheRightNameIsAccepted() throws Exception {
    try (RawTarget target = target(right, OK);
        Asking asking = new Asking(target.uri(), Asking.quick().trusting(right.pem()))) {
      assertThat(asking.outcome("/")).isEqualTo("200 ok");
      assertThat(asking.outcome("/")).isEqualTo("200 ok");
      assertThat(target.connections()).hasSize(1);
    }
  }

  @Test
  void aCertificateThatNobodyTrustsIsRefused() throws Exception {
    try (RawTarget target = target(right, OK);
        Asking asking = new Asking(target.uri())) {
      assertThat(asking.outcome("/")).isEqualTo("UNREACHABLE: the TLS handshake failed");
      assertThat(target.connections().stream().mapToInt(c -> c.heads().size()).sum()).isZero();
    }
  }

  @Test
  void aTrustedCertificateOfAnotherNameIsRefused() throws Exception {
    try (RawTarget target = target(wrongName, OK);
        Asking asking = new Asking(target.uri(), Asking.quick().trusting(wrongName.pem()))) {
      assertThat(asking.outcome("/")).isEqualTo("UNREACHABLE: the TLS handshake failed");
      assertThat(target.connections().stream().mapToInt(c -> c.heads().size()).sum()).isZero();
    }
  }

  @Test
  void aTargetWithoutTlsIsUnreachable() throws Exception {
    RawTarget.Script plain =
        connection -> {
          connection.send(lines("HTTP/1.1 400 Bad Request", "", ""));
          connection.readUntilClosed();
        };
    try (RawTarget target = new RawTarget(ServerSocketFactory.getDefault(), "https", plain);
        Asking asking = new Asking(target.uri(), soonGivenUp().trusting(right.pem()))) {
      assertThat(asking.outcome("/")).startsWith("UNREACHABLE");
    }
  }

  /// The handshake ends long before the wait for a connection does.
  private static TargetSettings soonGivenUp() {
    Duration wait = Duration.ofSeconds(20);
    return Asking.quick().with(new TargetSettings.Deadlines(Duration.ofSeconds(2), wait, wait));
  }

  /// Sends a body of unsaid length and ends TLS, or just the connection beneath it.
  private static RawTarget.Script closing(boolean orderly) {
    return connection -> {
      SSLSocket tls =
          (SSLSocket)
              right.context().getSocketFactory().createSocket(connection.socket(), null, false);
      tls.setUseClientMode(false);
      tls.startHandshake();
      tls.getInputStream().read(new byte[4096]);
      String answer = lines("HTTP/1.1 200 OK", "", "hello");
      tls.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
      if (orderly) {
        tls.close();
      }
    };
  }

  @Test
  void aBodyOfUnsaidLengthEndsWithTheEndOfTls() throws Exception {
    try (RawTarget target =
            new RawTarget(ServerSocketFactory.getDefault(), "https", closing(true));
        Asking asking = new Asking(target.uri(), Asking.quick().trusting(right.pem()))) {
      assertThat(asking.outcome("/")).isEqualTo("200 hello");
    }
  }

  @Test
  void aBodyOfUnsaidLengthIsBrokenWhereTlsDidNotEnd() throws Exception {
    try (RawTarget target =
            new RawTarget(ServerSocketFactory.getDefault(), "https", closing(false));
        Asking asking = new Asking(target.uri(), Asking.quick().trusting(right.pem()))) {
      assertThat(asking.outcome("/")).isEqualTo("200 hello then the target's answer broke off");
    }
  }
}
