package dev.terrace.admin;

import dev.terrace.flow.Exchange;
import dev.terrace.http.BodyReader;
import dev.terrace.http.RequestHead;
import dev.terrace.rules.Secrets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One call of the admin API that was admitted.
@FunctionalInterface
interface Call {
  /// @throws BadCall if the request cannot be understood
  /// @throws IOException if a layer failed
  Answer answer(Request request) throws BadCall, IOException;

  /// A call for requests without parameters and fields of PURGE, which it would not read: who asks
  /// by them for a dry run, a soft purge or one of tags must not get a hard one of everything.
  static Call plain(Call call) {
    return request -> {
      request.requirePlain();
      return call.answer(request);
    };
  }

  /// @param body empty where the method has none
  /// @param secrets what no error repeats
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  record Request(RequestHead head, byte[] body, Secrets secrets) {
    private static final JsonMapper MAPPER =
        JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final List<String> FIELDS_OF_PURGE =
        List.of("Soft-Purge", "Fastly-Soft-Purge", "Surrogate-Key", "Cache-Tag");

    private static final String NONE_HERE =
        "none; soft, dryRun and tags stand in the body of a POST of /purge";

    /// Stands for the bound of calls that take no body.
    static final int NO_BODY = 0;

    /// Reads the body of the exchange.
    ///
    /// @throws BadCall if it has more than `limitBytes`
    /// @throws IOException if the client broke off
    static Request of(Exchange exchange, int limitBytes, Secrets secrets)
        throws BadCall, IOException {
      if (!exchange.hasBody() || exchange.bodyBytes().orElse(1) == 0) {
        return new Request(exchange.request(), new byte[0], secrets);
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
      return new Request(exchange.request(), bytes.toByteArray(), secrets);
    }

    /// The body as one JSON object.
    Members json() throws BadCall {
      try {
        if (MAPPER.readTree(body) instanceof ObjectNode object) {
          return new Members(object, "", secrets);
        }
      } catch (JacksonException e) {
        // The parser's own words repeat what stands there, which may be a secret.
        throw unreadable(e.getLocation());
      }
      throw BadCall.malformed("the body: expected a JSON object");
    }

    private static BadCall unreadable(@Nullable TokenStreamLocation where) {
      return BadCall.malformed(
          "the body: cannot be read"
              + (where == null
                  ? ""
                  : " from line " + where.getLineNr() + ", column " + where.getColumnNr() + " on")
              + ", expected one JSON object, no member of it twice, nested at most "
              + StreamReadConstraints.DEFAULT_MAX_DEPTH
              + " deep");
    }

    private void requirePlain() throws BadCall {
      int question = head.target().indexOf('?');
      if (question >= 0 && question < head.target().length() - 1) {
        throw new Given("the query", head.target().substring(question), secrets)
            .expected(NONE_HERE);
      }
      for (String name : FIELDS_OF_PURGE) {
        Optional<Given> field = field(name);
        if (field.isPresent() && !field.get().text().equals("0")) {
          throw field.get().expected(NONE_HERE);
        }
      }
    }

    /// What the lines of this field hold, as one; empty if there is none.
    Optional<Given> field(String name) {
      return head.headers().joined(name).map(value -> new Given(name, value, secrets));
    }

    /// The first query parameter of this name, decoded.
    Optional<Given> parameter(String name) throws BadCall {
      int question = head.target().indexOf('?');
      if (question < 0) {
        return Optional.empty();
      }
      for (String part : head.target().substring(question + 1).split("&", -1)) {
        int equals = part.indexOf('=');
        if (equals >= 0 && part.substring(0, equals).equals(name)) {
          return Optional.of(decoded(new Given(name, part.substring(equals + 1), secrets)));
        }
      }
      return Optional.empty();
    }

    /// A whole number between bounds, or `otherwise` where it is not given.
    int parameter(String name, int min, int max, int otherwise) throws BadCall {
      Optional<Given> given = parameter(name);
      if (given.isEmpty()) {
        return otherwise;
      }
      String text = given.get().text();
      if (!text.matches("[0-9]{1,9}")
          || Integer.parseInt(text) < min
          || Integer.parseInt(text) > max) {
        throw given.get().expected("a number from " + min + " to " + max);
      }
      return Integer.parseInt(text);
    }

    private static Given decoded(Given coded) throws BadCall {
      try {
        String text = URLDecoder.decode(coded.text(), StandardCharsets.UTF_8);
        return new Given(coded.place(), text, coded.secrets());
      } catch (IllegalArgumentException e) {
        throw coded.expected("percent-encoding");
      }
    }
  }
}
