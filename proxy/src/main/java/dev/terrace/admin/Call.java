package dev.terrace.admin;

import dev.terrace.flow.Exchange;
import dev.terrace.http.BodyReader;
import dev.terrace.http.RequestHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One call of the admin API that was admitted.
@FunctionalInterface
interface Call {
  /// @throws BadCall if the request cannot be understood
  /// @throws IOException if a layer failed
  Answer answer(Request request) throws BadCall, IOException;

  /// @param body empty where the method has none
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  record Request(RequestHead head, byte[] body) {
    private static final JsonMapper MAPPER =
        JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /// Stands for the bound of calls that take no body.
    static final int NO_BODY = 0;

    /// Reads the body of the exchange.
    ///
    /// @throws BadCall if it has more than `limitBytes`
    /// @throws IOException if the client broke off
    static Request of(Exchange exchange, int limitBytes) throws BadCall, IOException {
      if (!exchange.hasBody() || exchange.bodyBytes().orElse(1) == 0) {
        return new Request(exchange.request(), new byte[0]);
      }
      if (limitBytes == NO_BODY) {
        throw BadCall.malformed("expected no body");
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (BodyReader reader = exchange.body()) {
        for (ByteBuffer next = reader.read(); next.hasRemaining(); next = reader.read()) {
          if (bytes.size() + next.remaining() > limitBytes) {
            throw BadCall.tooLarge(limitBytes);
          }
          byte[] chunk = new byte[next.remaining()];
          next.get(chunk);
          bytes.writeBytes(chunk);
        }
      }
      return new Request(exchange.request(), bytes.toByteArray());
    }

    /// The body as one JSON object.
    ObjectNode json() throws BadCall {
      try {
        if (MAPPER.readTree(body) instanceof ObjectNode object) {
          return object;
        }
      } catch (JacksonException e) {
        throw BadCall.malformed("expected JSON: " + e.getOriginalMessage());
      }
      throw BadCall.malformed("expected a JSON object");
    }

    /// The first query parameter of this name, decoded.
    Optional<String> parameter(String name) throws BadCall {
      int question = head.target().indexOf('?');
      if (question < 0) {
        return Optional.empty();
      }
      for (String part : head.target().substring(question + 1).split("&", -1)) {
        int equals = part.indexOf('=');
        if (equals >= 0 && part.substring(0, equals).equals(name)) {
          return Optional.of(decoded(part.substring(equals + 1)));
        }
      }
      return Optional.empty();
    }

    /// A whole number between bounds, or `otherwise` where it is not given.
    int parameter(String name, int min, int max, int otherwise) throws BadCall {
      Optional<String> text = parameter(name);
      if (text.isEmpty()) {
        return otherwise;
      }
      if (!text.get().matches("[0-9]{1,9}")
          || Integer.parseInt(text.get()) < min
          || Integer.parseInt(text.get()) > max) {
        throw BadCall.malformed(
            "expected " + name + " from " + min + " to " + max + ", got " + text.get());
      }
      return Integer.parseInt(text.get());
    }

    private static String decoded(String text) throws BadCall {
      try {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw BadCall.malformed("expected percent-encoding, got " + text);
      }
    }
  }

  /// A member of `object` that is text, where it is there.
  static Optional<String> text(ObjectNode object, String name) throws BadCall {
    JsonNode value = object.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw BadCall.malformed("expected " + name + " to be text");
    }
    return Optional.of(value.stringValue());
  }

  /// A member of `object` that is true or false; false where it is not there.
  static boolean flag(ObjectNode object, String name) throws BadCall {
    JsonNode value = object.get(name);
    if (value == null) {
      return false;
    }
    if (!value.isBoolean()) {
      throw BadCall.malformed("expected " + name + " to be true or false");
    }
    return value.booleanValue();
  }

  /// Refuses members that no one reads: a misspelt name must not mean nothing.
  static void requireMembers(ObjectNode object, Set<String> known) throws BadCall {
    for (String name : object.propertyNames()) {
      if (!known.contains(name)) {
        throw BadCall.malformed(
            "expected " + String.join(", ", new TreeSet<>(known)) + "; got " + name);
      }
    }
  }
}
