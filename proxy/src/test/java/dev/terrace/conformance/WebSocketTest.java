package dev.terrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.conformance.Scenario.Protocol;
import dev.terrace.conformance.Scenario.Start;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A WebSocket through Terrace (RFC 6455): a tunnel, in which the target echoes.
final class WebSocketTest {
  private static final int LONG = 200_000;

  @TempDir private Path directory;

  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

  @Test
  void textOfAnyLengthComesBackThroughTheTunnel() throws Exception {
    try (Stage stage =
            new Stage(
                Start.PLAIN, Protocol.HTTP_1, AnsweringLayer.MEMORY, Certificate.make(directory));
        HttpClient http = HttpClient.newHttpClient()) {
      try (Answering _ = new Answering(stage.target(), EchoingSocket::serve)) {
        URI uri = URI.create("ws://localhost:" + stage.port() + "/echo?x=1");
        WebSocket socket =
            http.newWebSocketBuilder().buildAsync(uri, listener()).get(10, TimeUnit.SECONDS);

        for (String text : new String[] {"hello", "", Details.filler(300), Details.filler(LONG)}) {
          socket.sendText(text, true).get(10, TimeUnit.SECONDS);
          assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo(text);
        }
        socket.abort();
      }
    }
  }

  private WebSocket.Listener listener() {
    return new WebSocket.Listener() {
      private final StringBuilder message = new StringBuilder();

      @Override
      public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        message.append(data);
        if (last) {
          received.add(message.toString());
          message.setLength(0);
        }
        return WebSocket.Listener.super.onText(socket, data, last);
      }
    };
  }
}
