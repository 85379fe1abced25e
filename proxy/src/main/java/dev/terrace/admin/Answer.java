package dev.terrace.admin;

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

  /// RFC 9457.
  static Answer problem(int status, String detail) {
    ObjectNode body =
        object()
            .put("type", "about:blank")
            .put("title", title(status))
            .put("status", status)
            .put("detail", detail);
    return new Answer(status, "application/problem+json", bytes(body), Headers.EMPTY);
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

  private static String title(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 413 -> "Content Too Large";
      case 429 -> "Too Many Requests";
      case 500 -> "Internal Server Error";
      case 503 -> "Service Unavailable";
      default -> throw new IllegalArgumentException("no title for " + status);
    };
  }
}
