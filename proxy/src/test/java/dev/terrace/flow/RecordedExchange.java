package dev.terrace.flow;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import dev.terrace.rules.Peer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// An exchange that keeps what it was answered.
final class RecordedExchange implements Exchange {
  private final RequestHead request;
  private final Optional<byte[]> requestBody;
  private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
  private volatile @Nullable ResponseHead head;
  volatile boolean ended;
  volatile boolean aborted;

  RecordedExchange(String method, String target, String... fields) {
    this(method, target, Optional.empty(), fields);
  }

  RecordedExchange(String method, String target, Optional<byte[]> body, String... fields) {
    this.request =
        new RequestHead(
            method, "http", "client.example", target, Headers.of(fields), HttpVersion.HTTP_1_1);
    this.requestBody = body;
  }

  ResponseHead head() {
    ResponseHead known = head;
    if (known == null) {
      throw new IllegalStateException("not answered");
    }
    return known;
  }

  boolean isBegun() {
    return head != null;
  }

  String field(String name) {
    return head().headers().firstOr(name, "");
  }

  synchronized String bodyText() {
    return answer.toString(StandardCharsets.UTF_8);
  }

  @Override
  public RequestHead request() {
    return request;
  }

  @Override
  public Peer peer() {
    return new Peer("127.0.0.1", Peer.Trust.UNTRUSTED);
  }

  @Override
  public boolean hasBody() {
    return requestBody.isPresent();
  }

  @Override
  public OptionalLong bodyBytes() {
    return requestBody.map(b -> OptionalLong.of(b.length)).orElse(OptionalLong.empty());
  }

  @Override
  public BodyReader body() {
    return BodyReader.of(ByteBuffer.wrap(requestBody.orElse(new byte[0])));
  }

  @Override
  public Executor loop() {
    return Runnable::run;
  }

  @Override
  public void interim(int status, Headers headers) {}

  @Override
  public void begin(ResponseHead begun, OptionalLong bodyBytes) {
    head = begun;
  }

  @Override
  public synchronized void write(ByteBuffer bytes) {
    byte[] piece = new byte[bytes.remaining()];
    bytes.duplicate().get(piece);
    answer.writeBytes(piece);
  }

  @Override
  public void end(ByteBuffer last, Headers trailers) {
    write(last);
    ended = true;
  }

  @Override
  public void abort() {
    aborted = true;
  }

  @Override
  public void tunnel(String target, String authority, Headers headers) {
    throw new UnsupportedOperationException("no tunnel in this test");
  }
}
