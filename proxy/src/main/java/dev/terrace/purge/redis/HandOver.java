package dev.terrace.purge.redis;

import dev.terrace.purge.PurgeRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Gives a purge to another instance directly, for as long as Redis cannot: that instance treats it
/// as one that it accepted itself, under the same id.
///
/// Where others are stands in Redis, and whoever can write there could name any address. So the
/// admin token is never sent: the purge is sealed with it (HMAC-SHA-256). Without a token only
/// loopback addresses are believed. What is sent to a false address is a purge, and nothing else.
public final class HandOver implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofMillis(500);
  private static final String ALGORITHM = "HmacSHA256";
  private static final int OK = 200;
  private static final int MOST_PORT = 65_535;

  private final Optional<String> token;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(DEADLINE)
          .executor(threads)
          .build();

  /// @param token that all instances share; empty where they have none
  public HandOver(Optional<String> token) {
    this.token = token;
  }

  /// What became of a purge on its way to another instance.
  enum Handed {
    TAKEN,
    /// The other instance answered, and did not take this one.
    REFUSED,
    /// No answer came in time.
    UNREACHABLE
  }

  Handed hand(Member member, PurgeRequest purge) {
    Optional<URI> address = address(member);
    if (address.isEmpty()) {
      return Handed.UNREACHABLE;
    }
    byte[] record = ControlKey.record(purge);
    String body =
        "{\"record\":\""
            + Base64.getEncoder().encodeToString(record)
            + "\",\"seal\":\""
            + seal(token, record)
            + "\"}";
    HttpRequest request =
        HttpRequest.newBuilder(address.get())
            .timeout(DEADLINE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    // The client's own deadline ends with the head of the answer.
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    try {
      int status = answer.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS).statusCode();
      return status == OK ? Handed.TAKEN : Handed.REFUSED;
    } catch (ExecutionException | TimeoutException e) {
      return Handed.UNREACHABLE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Handed.UNREACHABLE;
    } finally {
      answer.cancel(true);
    }
  }

  private Optional<URI> address(Member member) {
    if (member.address().isEmpty()) {
      return Optional.empty();
    }
    try {
      URI uri = URI.create("http://" + member.address() + "/handover");
      boolean isBelieved = token.isPresent() || "127.0.0.1".equals(uri.getHost());
      boolean isPort = uri.getPort() > 0 && uri.getPort() <= MOST_PORT;
      return uri.getHost() != null && isPort && isBelieved ? Optional.of(uri) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// What proves that a record comes from an instance with the same token.
  public static String seal(Optional<String> token, byte[] record) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      byte[] key = token.orElse("no token").getBytes(StandardCharsets.UTF_8);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return HexFormat.of().formatHex(mac.doFinal(record));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  /// Whether this is the seal of the record, in a time that tells nothing.
  public static boolean isSeal(String seal, Optional<String> token, byte[] record) {
    return MessageDigest.isEqual(
        seal.getBytes(StandardCharsets.UTF_8),
        seal(token, record).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }
}
