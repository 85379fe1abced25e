package dev.terrace.origin;

import static dev.terrace.origin.RawTarget.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The codec alone, where every way to cut its input can be tried.
class StrictCodecTest {
  private static final String ANSWER =
      lines(
          "HTTP/1.1 103 Early Hints",
          "Link: </a>",
          "",
          "HTTP/1.1 200 OK",
          "Transfer-Encoding: chunked",
          "X-Folded: a",
          " b",
          "",
          "5;ext=1",
          "hello",
          "6",
          " world",
          "0",
          "X-Trailer: t",
          "",
          "");

  private static EmbeddedChannel channel(List<Integer> interims) {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.pipeline().addLast(StrictCodec.NAME, new ChannelInboundHandlerAdapter());
    StrictCodec.install(channel.pipeline(), TargetSettings.DEFAULTS);
    channel.pipeline().get(StrictCodec.class).expect((status, fields) -> interims.add(status));
    return channel;
  }

  private static void request(EmbeddedChannel channel) {
    channel.writeOutbound(
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/", Unpooled.buffer(0)));
    channel.releaseOutbound();
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }

  /// What came through: `status folded body trailer`.
  private static String decoded(EmbeddedChannel channel) {
    StringBuilder text = new StringBuilder();
    for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
      if (message instanceof HttpResponse response) {
        text.append(response.status().code()).append(' ');
        text.append(response.headers().get("X-Folded")).append(' ');
      }
      if (message instanceof HttpContent content) {
        text.append(content.content().toString(StandardCharsets.ISO_8859_1));
        content.release();
      }
      if (message instanceof LastHttpContent last) {
        text.append(' ').append(last.trailingHeaders().get("X-Trailer"));
      }
    }
    return text.toString();
  }

  @Test
  void anAnswerIsTheSameWhereverItIsCut() {
    for (int first = 0; first < ANSWER.length(); first++) {
      for (int second = first; second < ANSWER.length(); second += 7) {
        List<Integer> interims = new ArrayList<>();
        EmbeddedChannel channel = channel(interims);
        request(channel);
        channel.writeInbound(bytes(ANSWER.substring(0, first)));
        channel.writeInbound(bytes(ANSWER.substring(first, second)));
        channel.writeInbound(bytes(ANSWER.substring(second)));
        assertThat(decoded(channel)).isEqualTo("200 a b hello world t");
        assertThat(interims).containsExactly(103);
        assertThat(channel.isOpen()).isTrue();
        channel.finishAndReleaseAll();
      }
    }
  }

  @Test
  void anAnswerThatComesByteByByteIsTheSame() {
    EmbeddedChannel channel = channel(new ArrayList<>());
    request(channel);
    for (int i = 0; i < ANSWER.length(); i++) {
      channel.writeInbound(bytes(ANSWER.substring(i, i + 1)));
    }
    assertThat(decoded(channel)).isEqualTo("200 a b hello world t");
    channel.finishAndReleaseAll();
  }

  static Stream<HostileTargetTest.Case> malformedHeads() {
    return Stream.concat(HostileTargetTest.statusLines(), HostileTargetTest.fields());
  }

  @ParameterizedTest
  @MethodSource("malformedHeads")
  void aMalformedHeadIsRefusedWhereverItIsCut(HostileTargetTest.Case hostile) {
    String sent = hostile.bytes();
    int step = Math.max(1, sent.length() / 50);
    for (int at = 0; at < sent.length(); at += step) {
      EmbeddedChannel channel = channel(new ArrayList<>());
      request(channel);
      String head = sent.substring(0, at);
      String rest = sent.substring(at);
      assertThatThrownBy(
              () -> {
                channel.writeInbound(bytes(head));
                channel.writeInbound(bytes(rest));
              })
          .isInstanceOf(MalformedAnswer.class);
      assertThat(decoded(channel)).isEmpty();
      channel.close();
    }
  }

  @Test
  void whatComesBeforeAnyRequestClosesTheConnection() {
    EmbeddedChannel channel = channel(new ArrayList<>());
    channel.writeInbound(bytes(ANSWER));
    assertThat(decoded(channel)).isEmpty();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whatComesBehindAnAnswerMarksItAsTheLast() {
    EmbeddedChannel channel = channel(new ArrayList<>());
    request(channel);
    channel.writeInbound(bytes(ANSWER + "HTTP/1.1 200 OK"));
    HttpResponse response = channel.readInbound();
    assertThat(response.headers().get(HttpHeaderNames.CONNECTION)).isEqualTo("close");
    assertThat(decoded(channel)).isEqualTo("hello world t");
    assertThatThrownBy(() -> request(channel)).isInstanceOf(Exception.class);
    channel.finishAndReleaseAll();
  }

  @Test
  void whatComesAfterAnAnswerClosesTheConnectionAndReachesNobody() {
    EmbeddedChannel channel = channel(new ArrayList<>());
    request(channel);
    channel.writeInbound(bytes(ANSWER));
    assertThat(decoded(channel)).isEqualTo("200 a b hello world t");
    channel.writeInbound(bytes("H"));
    assertThat(channel.isOpen()).isFalse();
    assertThat(decoded(channel)).isEmpty();
  }
}
