package dev.terrace.server;

import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives running servers a new certificate when its files change. Handshakes under way and open
/// connections keep the old one; a pair that cannot be used changes nothing and is said once.
final class TlsReload implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TlsReload.class);
  private static final int UPDATE_SECONDS = 10;

  private final TlsFiles files;
  private final List<HttpServer> servers;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("tls-reload").factory());
  private String loaded;

  TlsReload(TlsFiles files, List<HttpServer> servers, Duration interval) {
    this.files = files;
    this.servers = servers;
    this.loaded = fingerprint();
    var _ =
        clock.scheduleWithFixedDelay(
            this::check, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// TLS 1.2 at least (security.md S19), HTTP/2 by ALPN.
  static ServerSSLOptions options(TlsFiles files) {
    return new ServerSSLOptions()
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .setCertPath(files.certificate().toString())
                .setKeyPath(files.key().toString()))
        .setEnabledSecureTransportProtocols(new LinkedHashSet<>(Set.of("TLSv1.2", "TLSv1.3")))
        .setUseAlpn(true);
  }

  private void check() {
    String found = fingerprint();
    if (found.equals(loaded)) {
      return;
    }
    loaded = found;
    try {
      for (HttpServer server : servers) {
        server.updateSSLOptions(options(files), true).await(UPDATE_SECONDS, TimeUnit.SECONDS);
      }
      LOG.info("the certificate was reloaded from {}", files.certificate());
    } catch (Exception unusable) {
      LOG.warn(
          "the certificate in {} cannot be used, the old one stays: {}",
          files.certificate(),
          unusable.getMessage());
    }
  }

  private String fingerprint() {
    return fingerprint(files.certificate()) + '|' + fingerprint(files.key());
  }

  private static String fingerprint(Path file) {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return found.lastModifiedTime() + " " + found.size() + " " + found.fileKey();
    } catch (IOException unreadable) {
      return "unreadable";
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
