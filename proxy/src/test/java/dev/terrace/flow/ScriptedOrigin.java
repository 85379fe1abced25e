package dev.terrace.flow;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import dev.terrace.origin.Origin;
import dev.terrace.origin.OriginRequest;
import dev.terrace.origin.OriginResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;

/// A target whose answers a test scripts; it may block to hold an answer back.
final class ScriptedOrigin implements Origin {
  /// Answers one request.
  @FunctionalInterface
  interface Script {
    OriginResult answer(OriginRequest request) throws InterruptedException;
  }

  final List<OriginRequest> asked = new CopyOnWriteArrayList<>();
  volatile Script script;

  ScriptedOrigin(Script script) {
    this.script = script;
  }

  @Override
  public OriginResult ask(OriginRequest request) throws InterruptedException {
    asked.add(request);
    return script.answer(request);
  }

  static OriginResult.Answer answer(int status, String body, String... fields) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return new OriginResult.Answer(
        new ResponseHead(status, Headers.of(fields)),
        BodyReader.of(ByteBuffer.wrap(bytes)),
        OptionalLong.of(bytes.length));
  }

  @Override
  public void close() {}
}
