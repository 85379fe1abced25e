package dev.terrace.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The rows of `malformed-requests.txt`, and those that are too long for a text file.
final class MalformedRequests {
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n";
  private static final Pattern ESCAPE = Pattern.compile("\\\\(x[0-9a-f]{2}|.)");
  private static final String HOST = "Host: a.example\r\n";

  /// @param name what is wrong with it
  /// @param raw as sent, a character a byte
  /// @param status of the answer, after which the connection closes
  /// @param faultInBody whether the head is sound, so that the handler sees the request, but never
  ///   the end of its body
  record Row(String name, String raw, int status, boolean faultInBody) {}

  private final List<Row> rows = new ArrayList<>();

  private MalformedRequests() {}

  static List<Row> all() {
    MalformedRequests requests = new MalformedRequests();
    requests.fromFile();
    requests.tooLarge();
    return requests.rows;
  }

  private void fromFile() {
    try (InputStream in = MalformedRequests.class.getResourceAsStream("malformed-requests.txt")) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .forEach(this::row);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private void row(String text) {
    int bar = text.indexOf(" | ");
    String[] front = text.substring(0, bar).split(" ", 3);
    add(front[0], Integer.parseInt(front[1]), front[2], unescape(text.substring(bar + 3)));
  }

  static String unescape(String text) {
    return ESCAPE
        .matcher(text)
        .replaceAll(
            escape ->
                Matcher.quoteReplacement(
                    switch (escape.group().charAt(1)) {
                      case 'r' -> "\r";
                      case 'n' -> "\n";
                      case 't' -> "\t";
                      case 'x' ->
                          Character.toString(Integer.parseInt(escape.group().substring(2), 16));
                      default -> escape.group().substring(1);
                    }));
  }

  private void add(String kind, int status, String name, String data) {
    String raw =
        switch (kind) {
          case "line" -> data + "\r\n" + HOST + "\r\n" + SMUGGLED;
          case "fields" -> "GET / HTTP/1.1\r\n" + data + "\r\n\r\n" + SMUGGLED;
          case "body" ->
              "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + data + SMUGGLED;
          case "raw" -> data;
          default -> throw new IllegalArgumentException("no such kind: " + kind);
        };
    rows.add(new Row(kind + ": " + name, raw, status, kind.equals("body")));
  }

  /// security.md S6.
  private void tooLarge() {
    String k33 = "a".repeat(33 << 10);
    add("line", 414, "a target past 8 KiB", "GET /" + "a".repeat(8192) + " HTTP/1.1");
    add("line", 414, "a line past every limit", "GET /" + "a".repeat(20_000) + " HTTP/1.1");
    add("line", 414, "a line that never ends", "GET /" + "a".repeat(200_000));
    add("line", 414, "257 parameters", "GET /?" + "a=1&".repeat(256) + "a=1 HTTP/1.1");
    add("fields", 431, "a field of 33 KiB", HOST + "X: " + k33);
    add("fields", 431, "a name of 33 KiB", HOST + k33 + ": a");
    add("fields", 431, "101 fields of one name", HOST + "X: a\r\n".repeat(99) + "X: a");
    StringBuilder names = new StringBuilder(HOST);
    for (int i = 0; i < 100; i++) {
      names.append("X-").append(i).append(i < 99 ? ": a\r\n" : ": a");
    }
    add("fields", 431, "101 fields of other names", names.toString());
    String thousand = "X: " + "a".repeat(1000);
    add("fields", 431, "33 KiB in all", HOST + (thousand + "\r\n").repeat(33) + thousand);
    add("body", 431, "too many trailers", "0\r\n" + "X: a\r\n".repeat(200) + "\r\n");
    add("body", 431, "trailers of 33 KiB", "0\r\nX: " + k33 + "\r\n\r\n");
    add("body", 400, "a long chunk extension", "5;" + k33 + "\r\nhello\r\n0\r\n\r\n");
  }
}
