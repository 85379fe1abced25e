package dev.terrace.rules;

import dev.terrace.http.Headers;

/// The fields that the target sees: end-to-end ones, and what Terrace says of itself and the
/// client: Via, CDN-Loop, X-Forwarded-For, -Proto and, with the client's Host forwarded, -Host.
public final class Forwarding {
  /// @param forwardHost whether X-Forwarded-Host tells the client's Host
  /// @param pseudonym in Via and CDN-Loop; a request that carries it already is Terrace's own loop
  public Forwarding(boolean forwardHost, String pseudonym) {
    throw new UnsupportedOperationException("not built yet");
  }

  public Headers toTarget(Intake intake, Peer peer) {
    throw new UnsupportedOperationException("not built yet");
  }

  /// The end-to-end fields of an answer: without hop-by-hop ones and those that Connection names.
  public static Headers fromTarget(Headers headers) {
    throw new UnsupportedOperationException("not built yet");
  }
}
