package dev.terrace.server;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.file.FileSystemOptions;

/// Makes the Vert.x instance whose event loops serve clients and target alike.
public final class EventLoops {
  private static final String[] MUST_BE_TRUE = {
    "io.netty.handler.codec.http.defaultStrictLineParsing",
    "io.netty.handler.codec.http.rfc9112TransferEncoding"
  };

  private EventLoops() {}

  /// With names resolved as Vert.x does by its defaults.
  ///
  /// @param loops how many, normally one a core
  /// @throws IllegalStateException if a system property has made Netty's HTTP parsers lenient
  public static Vertx start(int loops) {
    return start(loops, new AddressResolverOptions());
  }

  /// @param loops how many, normally one a core
  /// @param names how the target's name is resolved
  /// @throws IllegalStateException if a system property has made Netty's HTTP parsers lenient
  public static Vertx start(int loops, AddressResolverOptions names) {
    for (String property : MUST_BE_TRUE) {
      if (!Boolean.parseBoolean(System.getProperty(property, "true"))) {
        throw new IllegalStateException(property + " is false: requests could be smuggled");
      }
    }
    // With Vert.x's own WebSocket codec on, connections die at 128 pipelined requests; tunnels pass
    // WebSockets through without it.
    System.setProperty("vertx.disableWebsockets", "true");
    return Vertx.vertx(
        new VertxOptions()
            .setEventLoopPoolSize(loops)
            .setPreferNativeTransport(true)
            .setAddressResolverOptions(names)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }
}
