package dev.terrace.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/// An answer on its way to a client. The connection's thread fills it, the scenario's reads it.
final class Reception {
  /// An interim answer (1xx).
  record Early(int status, List<Field> fields) {}

  private final BlockingQueue<Early> early = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final CompletableFuture<Answer> done = new CompletableFuture<>();
  private volatile int status;
  private volatile List<Field> fields = List.of();

  void early(int code, List<Field> headers) {
    early.add(new Early(code, headers));
  }

  void begin(int code, List<Field> headers) {
    fields = headers;
    status = code;
  }

  void body(byte[] bytes) {
    synchronized (body) {
      body.writeBytes(bytes);
    }
  }

  void end(List<Field> trailers) {
    done.complete(new Answer(status, fields, soFar(), trailers, Optional.empty()));
  }

  void breakOff(Throwable cause) {
    done.complete(new Answer(status, fields, soFar(), List.of(), Optional.of(cause.toString())));
  }

  @Override
  public String toString() {
    return done.isDone()
        ? done.join().toString()
        : "no whole answer, so far: " + status + " " + soFar();
  }

  String soFar() {
    synchronized (body) {
      return body.toString(ISO_8859_1);
    }
  }

  int status() {
    return status;
  }

  BlockingQueue<Early> early() {
    return early;
  }

  CompletableFuture<Answer> done() {
    return done;
  }
}
