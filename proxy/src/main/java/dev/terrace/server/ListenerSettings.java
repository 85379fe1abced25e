package dev.terrace.server;

import java.util.Optional;

/// How a listener listens.
///
/// @param host address or name to bind
/// @param port 0 for any free one
/// @param loops event loops that accept, normally one a core
/// @param tls empty for cleartext
/// @param limits of every client
public record ListenerSettings(
    String host, int port, int loops, Optional<TlsIdentity> tls, Limits limits) {}
