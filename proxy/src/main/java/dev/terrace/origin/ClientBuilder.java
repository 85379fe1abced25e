package dev.terrace.origin;

import io.vertx.core.Vertx;
import io.vertx.core.http.ClientResolverConfig;
import io.vertx.core.http.Http1ClientConfig;
import io.vertx.core.http.Http2ClientConfig;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConfig;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Vert.x's HTTP client as we use it: every choice that differs from its defaults, in one place.
final class ClientBuilder {
  /// How often the pool looks for connections past their time: it looks at no other moment.
  private static final int CLEANER_PERIOD_MILLIS = 250;

  /// All streams of a connection may stand still without stopping one another.
  private static final int STREAM_WINDOW_BYTES = 256 * 1024;

  private ClientBuilder() {}

  static HttpClientAgent build(Vertx vertx, TargetSettings settings, boolean tls) {
    return vertx
        .httpClientBuilder()
        .with(config(settings, tls))
        .with(pool(settings))
        .with(tls(settings))
        .withConnectHandler(connection -> TargetConnection.prepare(connection, settings))
        .build();
  }

  private static HttpClientConfig config(TargetSettings settings, boolean tls) {
    return new HttpClientConfig()
        .setConnectTimeout(settings.deadlines().connect())
        .setSsl(tls)
        .setVerifyHost(true)
        .setVersions(
            tls ? List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1) : List.of(HttpVersion.HTTP_1_1))
        .setDecompressionEnabled(false)
        .setFollowAlternativeServices(false)
        .setHttp1Config(
            new Http1ClientConfig()
                .setKeepAlive(true)
                .setPipelining(false)
                .setKeepAliveTimeout(settings.pool().idle()))
        .setHttp2Config(
            new Http2ClientConfig()
                .setClearTextUpgrade(false)
                .setInitialSettings(
                    new Http2Settings()
                        .setPushEnabled(false)
                        .setInitialWindowSize(STREAM_WINDOW_BYTES)
                        .setMaxHeaderListSize(settings.answers().headBytes()))
                .setKeepAliveTimeout(settings.pool().idle())
                .setMultiplexingLimit(settings.pool().streams())
                .setConnectionWindowSize((settings.pool().streams() + 1) * STREAM_WINDOW_BYTES))
        .setResolverConfig(
            new ClientResolverConfig()
                .setKeepAliveTimeout(settings.pool().nameLife())
                .setMaxKeepAlive(settings.pool().nameLife()));
  }

  private static PoolOptions pool(TargetSettings settings) {
    return new PoolOptions()
        .setHttp1MaxSize(settings.pool().connections())
        .setHttp2MaxSize(settings.pool().http2Connections())
        .setMaxWaitQueueSize(settings.pool().waiting())
        .setCleanerPeriod(CLEANER_PERIOD_MILLIS)
        .setMaxLifetime(Math.toIntExact(settings.pool().connectionLife().toMillis()))
        .setMaxLifetimeUnit(TimeUnit.MILLISECONDS);
  }

  private static ClientSSLOptions tls(TargetSettings settings) {
    ClientSSLOptions tls = new ClientSSLOptions();
    tls.setHostnameVerificationAlgorithm("HTTPS");
    tls.setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"));
    tls.setSslHandshakeTimeout(settings.deadlines().connect().toMillis());
    tls.setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    settings
        .trustedCertificates()
        .ifPresent(pem -> tls.setTrustOptions(new PemTrustOptions().addCertPath(pem.toString())));
    return tls;
  }
}
