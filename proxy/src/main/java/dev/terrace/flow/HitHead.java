package dev.terrace.flow;

import dev.terrace.http.Headers;
import java.nio.charset.StandardCharsets;

/// The head of a 200 from memory in two forms, made once an entry: as fields, and encoded for HTTP/1.1 up
/// to the value of Age. What follows there is the same for every entry:
///
///     <prefix> age BEFORE_TTL ttl BEFORE_STATUS_TTL ttl END
///
/// Immutable; safe for use by any thread.
public final class HitHead {
  /// From the end of Age's value to the value of X-Cache-TTL.
  private static final byte[] BEFORE_TTL =
      ascii("\r\nX-Cache: HIT\r\nX-Cache-Layer: memory\r\nX-Cache-TTL: ");

  /// From the end of X-Cache-TTL's value to that of ttl in Cache-Status.
  private static final byte[] BEFORE_STATUS_TTL = ascii("\r\nCache-Status: terrace; hit; ttl=");

  /// From there to the end of the head.
  private static final byte[] END = ascii("; detail=memory\r\n\r\n");

  private static final int LONGEST_NUMBER = 19;

  private final Headers view;
  private final long bodyBytes;
  private final String rule;
  private final byte[] prefix;

  /// @param view the fields of a stored 200 as clients are shown them
  /// @param bodyBytes for Content-Length
  /// @param rule label of the governing one; empty for none
  HitHead(Headers view, long bodyBytes, String rule) {
    this.rule = rule;
    this.view = view;
    this.bodyBytes = bodyBytes;
    this.prefix = encode(view, bodyBytes);
  }

  /// The fields that clients are shown, without those that tell of the hit.
  public Headers view() {
    return view;
  }

  /// The label of the rule that governs; empty for none.
  public String rule() {
    return rule;
  }

  /// The fields of the whole head, for HTTP/2: what [#write] writes.
  public Headers fields(long ageSeconds, long ttlSeconds) {
    return view.filtered((name, value) -> !isFraming(name))
        .adding("Content-Length", Long.toString(bodyBytes))
        .adding("Age", Long.toString(ageSeconds))
        .adding("X-Cache", "HIT")
        .adding("X-Cache-Layer", "memory")
        .adding("X-Cache-TTL", Long.toString(ttlSeconds))
        .adding("Cache-Status", "terrace; hit; ttl=" + ttlSeconds + "; detail=memory");
  }

  /// How many bytes [#write] writes at most.
  public int mostBytes() {
    return prefix.length
        + BEFORE_TTL.length
        + BEFORE_STATUS_TTL.length
        + END.length
        + 3 * LONGEST_NUMBER;
  }

  /// Writes the whole head into `target` from `at`.
  ///
  /// @return the place after its last byte
  public int write(byte[] target, int at, long ageSeconds, long ttlSeconds) {
    int next = copy(prefix, target, at);
    next = digits(ageSeconds, target, next);
    next = copy(BEFORE_TTL, target, next);
    int ttl = next;
    next = digits(ttlSeconds, target, ttl);
    int ttlBytes = next - ttl;
    next = copy(BEFORE_STATUS_TTL, target, next);
    System.arraycopy(target, ttl, target, next, ttlBytes);
    next += ttlBytes;
    return copy(END, target, next);
  }

  private static int copy(byte[] from, byte[] to, int at) {
    System.arraycopy(from, 0, to, at, from.length);
    return at + from.length;
  }

  private static int digits(long number, byte[] to, int at) {
    int end = at + 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      end++;
    }
    long rest = number;
    for (int place = end - 1; place >= at; place--) {
      to[place] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return end;
  }

  private static byte[] encode(Headers view, long bodyBytes) {
    StringBuilder text = new StringBuilder(512);
    text.append("HTTP/1.1 200 OK\r\n");
    for (Headers.Field field : view) {
      if (!isFraming(field.name())) {
        text.append(field.name()).append(": ").append(field.value()).append("\r\n");
      }
    }
    text.append("Content-Length: ").append(bodyBytes).append("\r\nAge: ");
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static boolean isFraming(String name) {
    return name.equalsIgnoreCase("Content-Length")
        || name.equalsIgnoreCase("Age")
        || name.equalsIgnoreCase("X-Cache")
        || name.equalsIgnoreCase("X-Cache-Layer")
        || name.equalsIgnoreCase("X-Cache-TTL");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
