package dev.terrace.admin;

import dev.terrace.flow.Problem;
import dev.terrace.http.Headers;
import java.nio.charset.StandardCharsets;
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

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static byte[] bytes(JsonNode body) {
    return (body.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
