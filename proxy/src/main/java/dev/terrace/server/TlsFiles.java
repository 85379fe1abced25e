package dev.terrace.server;

import java.nio.file.Path;

/// Where the listener's certificate is.
///
/// @param certificate the chain, PEM, its own certificate first
/// @param key its private key, PEM (PKCS#8)
public record TlsFiles(Path certificate, Path key) {}
