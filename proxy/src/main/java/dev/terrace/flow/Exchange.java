package dev.terrace.flow;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import dev.terrace.rules.Peer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.Executor;

/// One request of a client and the way to answer it; the server makes it, the flow uses it on one
/// virtual thread. Every method that writes blocks while the client's connection is full, and
/// throws once the client is gone or a deadline passed.
public interface Exchange {
  /// Checked by `RequestCheck` already.
  RequestHead request();

  Peer peer();

  /// Whether the request has a body, be it of no bytes.
  boolean hasBody();

  /// Its length as stated; empty where it is chunked or there is none.
  OptionalLong bodyBytes();

  /// The request's body, streamed; a 100 (Continue) is sent at the first read where the client
  /// waits for it (http.md 26).
  BodyReader body();

  /// The event loop of the client's connection.
  Executor loop();

  /// Sends a 1xx; to HTTP/1.0 clients nothing is sent.
  void interim(int status, Headers headers);

  /// Sends the head. Framing fields are the server's own: `bodyBytes` becomes Content-Length, empty
  /// means chunked, or closing for HTTP/1.0. Content-Length in `head` is kept only for answers that
  /// have no body (HEAD, 304).
  void begin(ResponseHead head, OptionalLong bodyBytes) throws IOException;

  /// Sends bytes of the body; the buffer may be kept until written, its bytes never change.
  void write(ByteBuffer bytes) throws IOException;

  /// Ends the answer, with these last bytes (may be none) and trailers.
  void end(ByteBuffer last, Headers trailers) throws IOException;

  /// Breaks off: closes an HTTP/1 connection, resets an HTTP/2 stream. Harmless after the end.
  void abort();

  /// Turns the connection into a tunnel to the target for `Upgrade: websocket`; returns when the
  /// tunnel stands or was refused and answered.
  void tunnel(String target, String authority, Headers headers) throws IOException;
}
