package dev.terrace.server;

import java.time.Duration;
import java.util.Optional;

/// How a listener listens.
///
/// @param host address or name to bind
/// @param port 0 for any free one
/// @param loops event loops that accept, normally one a core
/// @param tls empty for cleartext
/// @param tlsCheckInterval how often the certificate's files are looked at for changes
/// @param limits of every client
public record ListenerSettings(
    String host,
    int port,
    int loops,
    Optional<TlsFiles> tls,
    Duration tlsCheckInterval,
    Limits limits) {}
