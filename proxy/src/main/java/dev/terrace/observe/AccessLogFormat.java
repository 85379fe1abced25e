package dev.terrace.observe;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/// How a line of the access log is written. What clients chose is escaped in every format: no URL
/// can begin a line of its own or hide in one (security.md S18).
public enum AccessLogFormat {
  /// The Common Log Format, then outcome, layer, reason, rule, key digest, age and remaining life
  /// in seconds, milliseconds of the target, and trace id; `-` where there is none.
  COMMON {
    @Override
    void write(Instant time, Event.Answered answered, ByteArrayOutputStream out) {
      StringBuilder line = new StringBuilder(256);
      line.append(answered.peer()).append(" - - [").append(COMMON_TIME.format(time)).append("] ");
      quote(requestLine(answered), line);
      line.append(' ').append(answered.status()).append(' ').append(answered.bytes());
      line.append(' ').append(answered.outcome().word());
      line.append(' ').append(answered.layer().map(layer -> layer.word()).orElse("-"));
      line.append(' ').append(answered.reason().map(reason -> reason.word()).orElse("-"));
      line.append(' ');
      quote(answered.rule().isEmpty() ? "-" : answered.rule(), line);
      line.append(' ').append(answered.keyDigest().isEmpty() ? "-" : answered.keyDigest());
      line.append(' ').append(numberOrDash(answered.ageSeconds()));
      line.append(' ').append(numberOrDash(answered.ttlSeconds()));
      line.append(' ');
      line.append(answered.targetNanos() < 0 ? "-" : millis(answered.targetNanos()));
      line.append(' ').append(answered.traceId().isEmpty() ? "-" : answered.traceId());
      out.writeBytes(line.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
    }
  },

  /// One JSON object a line; what is not known is left out.
  JSON {
    @Override
    void write(Instant time, Event.Answered answered, ByteArrayOutputStream out) {
      try (JsonGenerator json = JSON_FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
        json.writeStartObject();
        json.writeStringProperty("time", DateTimeFormatter.ISO_INSTANT.format(time));
        json.writeStringProperty("peer", answered.peer());
        json.writeStringProperty("method", answered.method());
        json.writeStringProperty("url", answered.maskedUrl());
        json.writeStringProperty("protocol", protocol(answered));
        json.writeNumberProperty("status", answered.status());
        json.writeNumberProperty("bytes", answered.bytes());
        json.writeNumberProperty("durationMillis", answered.durationNanos() / NANOS_PER_MILLI);
        json.writeStringProperty("outcome", answered.outcome().word());
        answered.layer().ifPresent(layer -> json.writeStringProperty("layer", layer.word()));
        answered.reason().ifPresent(reason -> json.writeStringProperty("reason", reason.word()));
        writeUnlessEmpty(json, "rule", answered.rule());
        writeUnlessEmpty(json, "key", answered.keyDigest());
        writeUnlessNegative(json, "ageSeconds", answered.ageSeconds());
        writeUnlessNegative(json, "ttlSeconds", answered.ttlSeconds());
        if (answered.targetNanos() >= 0) {
          json.writeNumberProperty("targetMillis", answered.targetNanos() / NANOS_PER_MILLI);
        }
        writeUnlessEmpty(json, "traceId", answered.traceId());
        json.writeEndObject();
      }
      out.write('\n');
    }
  };

  private static final double NANOS_PER_MILLI = 1e6;
  private static final DateTimeFormatter COMMON_TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final JsonFactory JSON_FACTORY =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  abstract void write(Instant time, Event.Answered answered, ByteArrayOutputStream out);

  /// In double quotes; quotes, backslashes and whatever is not printable ASCII escaped.
  private static void quote(String text, StringBuilder line) {
    line.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\').append(c);
      } else if (c >= ' ' && c <= '~') {
        line.append(c);
      } else {
        line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      }
    }
    line.append('"');
  }

  private static String requestLine(Event.Answered answered) {
    return answered.method() + " " + answered.maskedUrl() + " " + protocol(answered);
  }

  private static String protocol(Event.Answered answered) {
    return "HTTP/" + answered.version().number();
  }

  private static String numberOrDash(long number) {
    return number < 0 ? "-" : Long.toString(number);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.3f", nanos / NANOS_PER_MILLI);
  }

  private static void writeUnlessEmpty(JsonGenerator json, String name, String value) {
    if (!value.isEmpty()) {
      json.writeStringProperty(name, value);
    }
  }

  private static void writeUnlessNegative(JsonGenerator json, String name, long value) {
    if (value >= 0) {
      json.writeNumberProperty(name, value);
    }
  }
}
