package dev.terrace;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// Asks a Terrace that runs already whether it is up, for whoever starts and restarts it.
final class HealthCheck {
  private static final int UP = 0;
  private static final int DOWN = 1;
  private static final int OK = 200;

  /// For the connection, and then for the answer.
  private static final Duration DEADLINE = Duration.ofSeconds(4);

  private HealthCheck() {}

  /// @param err gets a line that says what is wrong
  /// @return the exit code: 0 if the answer is 200, else 1
  static int of(URI url, PrintStream err) {
    try (HttpClient client = client(url)) {
      HttpRequest request = HttpRequest.newBuilder(url).timeout(DEADLINE).build();
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      client.shutdownNow();
      if (status == OK) {
        return UP;
      }
      err.println("terrace: " + url + ": answered " + status + ", expected " + OK);
    } catch (IOException e) {
      String reason = e.getMessage() == null ? "no connection" : e.getMessage();
      err.println("terrace: " + url + ": no answer (" + reason + ")");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      err.println("terrace: " + url + ": interrupted");
    }
    return DOWN;
  }

  private static HttpClient client(URI url) throws IOException {
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(DEADLINE);
    if (url.getScheme().equals("https") && isThisMachine(url.getHost())) {
      builder.sslContext(trustingAll());
    }
    return builder.build();
  }

  /// Certificates name the host that clients ask for, not the loopback; and whoever could stand
  /// between this process and its own machine could answer for it anyway.
  private static boolean isThisMachine(String host) throws IOException {
    return InetAddress.getByName(host).isLoopbackAddress();
  }

  private static SSLContext trustingAll() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustingAll()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  /// The extended form, which names are not compared for beside it.
  private static final class TrustingAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
