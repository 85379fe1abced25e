package dev.terrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpObjectDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.http.impl.http1.Http1ServerRequest;
import io.vertx.core.http.impl.http1.VertxHttpObject;
import io.vertx.core.http.impl.http1.VertxHttpRequestDecoder;
import io.vertx.core.http.impl.http1.VertxHttpResponseEncoder;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What this package leans on inside Vert.x and Netty, which promise none of it: a new version that
/// changes one of these fails here, and not in an attack.
@Timeout(60)
class ParserContractTest {
  @Test
  void aServersPipelineIsDecoderEncoderAndHandlerBeforeTheFirstByte() throws Exception {
    CompletableFuture<List<String>> names = new CompletableFuture<>();
    CompletableFuture<Object> request = new CompletableFuture<>();
    Vertx vertx = EventLoops.start(1);
    try {
      var server =
          vertx
              .createHttpServer(new HttpServerConfig().setVersions(HttpVersion.HTTP_1_1))
              .connectionHandler(
                  opened -> {
                    HttpServerConnection connection = (HttpServerConnection) opened;
                    ChannelPipeline pipeline = connection.channelHandlerContext().pipeline();
                    assertThat(pipeline.get("httpDecoder"))
                        .isInstanceOf(VertxHttpRequestDecoder.class);
                    assertThat(pipeline.get("httpEncoder"))
                        .isInstanceOf(VertxHttpResponseEncoder.class);
                    names.complete(pipeline.names());
                  })
              .requestHandler(
                  asked -> {
                    request.complete(asked);
                    asked.response().end();
                  })
              .listen(0, "127.0.0.1")
              .await(10, TimeUnit.SECONDS);
      try (RawClient client = RawClient.cleartext(server.actualPort())) {
        assertThat(names.get(10, TimeUnit.SECONDS))
            .containsSubsequence("httpDecoder", "httpEncoder", "handler");
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").readHead();
        assertThat(request.get(10, TimeUnit.SECONDS)).isInstanceOf(Http1ServerRequest.class);
      }
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void theDecodersHooksAreThere() throws Exception {
    Class<?>[] word = {byte[].class, int.class, int.class};
    for (String name :
        List.of(
            "splitFirstWordInitialLine",
            "splitSecondWordInitialLine",
            "splitThirdWordInitialLine",
            "splitHeaderName")) {
      assertThat(isOurs(StrictDecoder.class.getDeclaredMethod(name, word))).isTrue();
      assertThat(HttpObjectDecoder.class.getDeclaredMethod(name, word)).isNotNull();
    }
    assertThat(VertxHttpObject.class.getMethod("isEnded")).isNotNull();
    assertThat(Http1ServerRequest.class.getMethod("nettyRequest")).isNotNull();
  }

  private static boolean isOurs(Method method) {
    return method.getDeclaringClass() == StrictDecoder.class;
  }

  /// The parser takes whole lines, and hands each to the hooks at the beginning of an array.
  @Test
  void wordsBeginWhereTheLineDoesHoweverItIsCut() {
    byte[] request =
        "GET /a HTTP/1.1\r\nHost: x\r\nX-Y: z\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    for (int cut = 0; cut < request.length; cut++) {
      EmbeddedChannel channel = new EmbeddedChannel(new StrictDecoder(new Http1ServerConfig(), 10));
      channel.writeInbound(Unpooled.copiedBuffer(request, 0, cut));
      channel.writeInbound(Unpooled.copiedBuffer(request, cut, request.length - cut));
      CheckedRequest decoded = channel.readInbound();
      assertThat(decoded.decoderResult().isSuccess()).as("cut at %d", cut).isTrue();
      assertThat(decoded.uri()).isEqualTo("/a");
      channel.finishAndReleaseAll();
    }
  }

  @Test
  void aRefusalInAHookComesOutAsTheCauseOfAFailedRequest() {
    EmbeddedChannel channel = new EmbeddedChannel(new StrictDecoder(new Http1ServerConfig(), 10));
    channel.writeInbound(Unpooled.copiedBuffer("GET  /a HTTP/1.1\r\n", StandardCharsets.US_ASCII));
    CheckedRequest decoded = channel.readInbound();
    DecoderResult result = decoded.decoderResult();
    assertThat(result.cause()).isInstanceOf(Refusal.class);
    channel.writeInbound(
        Unpooled.copiedBuffer("GET /b HTTP/1.1\r\n\r\n", StandardCharsets.US_ASCII));
    assertThat(channel.<Object>readInbound()).isNull();
    channel.finishAndReleaseAll();
  }

  @Test
  void overHttp2TheConnectionsHandlerIsNettys() throws Exception {
    CompletableFuture<Boolean> found = new CompletableFuture<>();
    try (TestListener server =
            Http2ExchangeTest.tls(
                ListenerTest.script(
                    exchange -> {
                      found.complete(true);
                      ListenerTest.answer(exchange, 200, "ok");
                    }));
        Http2Client client = Http2Client.open(server.port())) {
      assertThat(client.get(1, Http2ExchangeTest.GET).outcome(1).status()).isEqualTo(200);
      assertThat(found.get(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(Http2ConnectionHandler.class.getMethod("decoder")).isNotNull();
    assertThat(ChannelHandlerContext.class.getMethod("handler")).isNotNull();
  }

  @Test
  void thereIsNoStartWithALenientParser() {
    for (String property :
        List.of(
            "io.netty.handler.codec.http.defaultStrictLineParsing",
            "io.netty.handler.codec.http.rfc9112TransferEncoding")) {
      System.setProperty(property, "false");
      try {
        assertThatThrownBy(() -> EventLoops.start(1))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining(property);
      } finally {
        System.clearProperty(property);
      }
    }
    assertThat(HttpObjectDecoder.DEFAULT_STRICT_LINE_PARSING).isTrue();
    assertThat(HttpObjectDecoder.RFC9112_TRANSFER_ENCODING).isTrue();
  }
}
