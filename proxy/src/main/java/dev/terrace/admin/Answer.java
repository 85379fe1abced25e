package dev.terrace.admin;

import dev.terrace.flow.Exchange;
import dev.terrace.flow.Problem;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What an admin call answers, whole.
///
/// @param more fields beside those that every admin answer has
@SuppressWarnings("ArrayRecordComponent") // Made here, written once, never compared.
record Answer(int status, String contentType, byte[] body, Headers more) {

  static Answer json(int status, JsonNode body) {
    return new Answer(status, "application/json", bytes(body), Headers.EMPTY);
  }

  static Answer problem(int status, String detail) {
    Problem problem = Problem.of(status, detail);
    byte[] body = new byte[problem.body().remaining()];
    problem.body().get(body);
    return new Answer(status, "application/problem+json", body, Headers.EMPTY);
  }

  Answer with(String name, String value) {
    return new Answer(status, contentType, body, more.adding(name, value));
  }

  /// Sends it, but for the body where the request is a HEAD.
  void sendTo(Exchange exchange) throws IOException {
    Headers headers =
        Headers.builder()
            .add("Content-Type", contentType)
            .add("Cache-Control", "no-store")
            .add("X-Content-Type-Options", "nosniff")
            .addAll(more)
            .build();
    if (exchange.request().isHead()) {
      Headers withLength = headers.adding("Content-Length", Integer.toString(body.length));
      exchange.begin(new ResponseHead(status, withLength), OptionalLong.empty());
      exchange.end(ByteBuffer.allocate(0), Headers.EMPTY);
    } else {
      exchange.begin(new ResponseHead(status, headers), OptionalLong.of(body.length));
      exchange.end(ByteBuffer.wrap(body), Headers.EMPTY);
    }
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static byte[] bytes(JsonNode body) {
    return (body.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
