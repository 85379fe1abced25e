package dev.terrace.origin;

import static dev.terrace.origin.RawTarget.always;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectDecoder;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.impl.HttpClientConnection;
import io.vertx.core.http.impl.UnpooledHttpClientConnection;
import io.vertx.core.internal.buffer.BufferInternal;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What the strict codec leans on in Vert.x and Netty without their promising it: an upgrade that
/// changes any of it fails here first.
class TargetContractTest {
  private static final long SECONDS = 20;

  private static HttpConnection connected(RawTarget target, CompletableFuture<List<String>> names)
      throws Exception {
    Vertx vertx = Vertx.vertx();
    CompletableFuture<HttpConnection> connected = new CompletableFuture<>();
    try {
      HttpClientAgent client =
          vertx
              .httpClientBuilder()
              .withConnectHandler(
                  connection -> {
                    names.complete(
                        ((HttpClientConnection) connection)
                            .channelHandlerContext()
                            .pipeline()
                            .names());
                    connected.complete(connection);
                  })
              .build();
      RequestOptions options =
          new RequestOptions()
              .setHost(target.uri().getHost())
              .setPort(target.uri().getPort())
              .setMethod(HttpMethod.GET);
      client.request(options).compose(request -> request.send()).await(SECONDS, TimeUnit.SECONDS);
      return connected.get(SECONDS, TimeUnit.SECONDS);
    } finally {
      vertx.close().await(SECONDS, TimeUnit.SECONDS);
    }
  }

  @Test
  void theConnectHandlerSeesThePipelineWithTheCodecByItsName() throws Exception {
    CompletableFuture<List<String>> names = new CompletableFuture<>();
    try (RawTarget target = new RawTarget(always("HTTP/1.1 204 -", "", ""))) {
      HttpConnection connection = connected(target, names);
      assertThat(connection).isInstanceOf(HttpClientConnection.class);
      assertThat(names.join()).containsSubsequence(StrictCodec.NAME, "handler");
    }
  }

  @Test
  void anUnpooledConnectionUnwrapsToOneWithAChannel() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (RawTarget target = new RawTarget(always("HTTP/1.1 204 -", "", ""))) {
      HttpConnectOptions options =
          new HttpConnectOptions().setHost(target.uri().getHost()).setPort(target.uri().getPort());
      HttpConnection connection =
          vertx.httpClientBuilder().build().connect(options).await(SECONDS, TimeUnit.SECONDS);
      assertThat(connection).isInstanceOf(UnpooledHttpClientConnection.class);
      HttpClientConnection inner = ((UnpooledHttpClientConnection) connection).unwrap();
      assertThat(inner.channelHandlerContext().pipeline().get(StrictCodec.NAME))
          .isInstanceOf(HttpClientCodec.class);
    } finally {
      vertx.close().await(SECONDS, TimeUnit.SECONDS);
    }
  }

  @Test
  void theDecoderHasTheMethodsThatTheCodecOverrides() throws Exception {
    assertThat(CombinedChannelDuplexHandler.class).isAssignableFrom(StrictCodec.class);
    Class<?> decoder = HttpObjectDecoder.class;
    Class<?> bytes = byte[].class;
    for (String name :
        List.of("splitFirstWordInitialLine", "splitSecondWordInitialLine", "splitHeaderName")) {
      assertThat(decoder.getDeclaredMethod(name, bytes, int.class, int.class).getModifiers())
          .isEqualTo(Modifier.PROTECTED);
    }
    assertThat(
            HttpResponseDecoder.class
                .getDeclaredMethod("createMessage", String[].class)
                .getModifiers())
        .isEqualTo(Modifier.PROTECTED);
  }

  @Test
  void theParsersAreStrictByDefault() {
    assertThat(HttpObjectDecoder.DEFAULT_STRICT_LINE_PARSING).isTrue();
    assertThat(HttpObjectDecoder.RFC9112_TRANSFER_ENCODING).isTrue();
  }

  @Test
  void aBufferOpensWithoutACopy() {
    assertThat(Buffer.buffer("abc")).isInstanceOf(BufferInternal.class);
    assertThat(((BufferInternal) Buffer.buffer("abc")).getByteBuf().nioBuffer().remaining())
        .isEqualTo(3);
  }
}
