package dev.terrace.admin;

import dev.terrace.flow.Exchange;
import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import dev.terrace.rules.Peer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;

/// An exchange in memory: holds what was answered.
final class FakeExchange implements Exchange {
  private final RequestHead request;
  private final Peer peer;
  private final String body;
  private Optional<ResponseHead> head = Optional.empty();
  private OptionalLong answeredBytes = OptionalLong.empty();
  private String answer = "";
  private int ends;
  private boolean bodyWasRead;

  FakeExchange(RequestHead request, String peer, String body) {
    this.request = request;
    this.peer = new Peer(peer, Peer.Trust.UNTRUSTED);
    this.body = body;
  }

  int status() {
    return head.orElseThrow().status();
  }

  Headers headers() {
    return head.orElseThrow().headers();
  }

  String answer() {
    if (ends != 1) {
      throw new AssertionError("ended " + ends + " times");
    }
    return answer;
  }

  OptionalLong answeredBytes() {
    return answeredBytes;
  }

  boolean bodyWasRead() {
    return bodyWasRead;
  }

  @Override
  public RequestHead request() {
    return request;
  }

  @Override
  public Peer peer() {
    return peer;
  }

  @Override
  public boolean hasBody() {
    return !body.isEmpty();
  }

  @Override
  public OptionalLong bodyBytes() {
    return OptionalLong.empty();
  }

  @Override
  public BodyReader body() {
    bodyWasRead = true;
    return BodyReader.of(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public Executor loop() {
    return Runnable::run;
  }

  @Override
  public void interim(int status, Headers headers) {
    throw new AssertionError("the admin API sends no 1xx");
  }

  @Override
  public void begin(ResponseHead answered, OptionalLong bodyBytes) {
    head = Optional.of(answered);
    answeredBytes = bodyBytes;
  }

  @Override
  public void write(ByteBuffer bytes) {
    answer += StandardCharsets.UTF_8.decode(bytes);
  }

  @Override
  public void end(ByteBuffer last, Headers trailers) {
    write(last);
    ends++;
  }

  @Override
  public void abort() {
    throw new AssertionError("aborted");
  }

  @Override
  public void tunnel(String target, String authority, Headers headers) {
    throw new AssertionError("the admin API opens no tunnel");
  }
}
