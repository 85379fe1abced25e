package dev.terrace.flow;

import dev.terrace.http.Headers;
import dev.terrace.rules.LayerName;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// The head of a 200 that a layer has, in two forms, made once an entry: as fields, and encoded for
/// HTTP/1.1 up to the value of Age. What follows there is the same for every entry of a layer:
///
///     <prefix> age beforeTtl ttl BEFORE_STATUS_TTL ttl end
///
/// Immutable; safe for use by any thread.
public final class HitHead {
  /// From the end of X-Cache-TTL's value to that of ttl in Cache-Status.
  private static final byte[] BEFORE_STATUS_TTL = ascii("\r\nCache-Status: terrace; hit; ttl=");

  /// What every entry of a layer has.
  private static final Map<LayerName, Ending> ENDINGS = endings();

  private static final int LONGEST_NUMBER = 19;

  private final Headers view;
  private final long bodyBytes;
  private final String rule;
  private final LayerName layer;
  private final byte[] prefix;
  private final Ending ending;

  /// @param beforeTtl from the end of Age's value to the value of X-Cache-TTL
  /// @param end from the value of ttl in Cache-Status to the end of the head
  @SuppressWarnings("ArrayRecordComponent")
  private record Ending(byte[] beforeTtl, byte[] end) {}

  private static Map<LayerName, Ending> endings() {
    Map<LayerName, Ending> endings = new EnumMap<>(LayerName.class);
    for (LayerName layer : LayerName.values()) {
      endings.put(
          layer,
          new Ending(
              ascii("\r\nX-Cache: HIT\r\nX-Cache-Layer: " + layer.word() + "\r\nX-Cache-TTL: "),
              ascii("; detail=" + layer.word() + "\r\n\r\n")));
    }
    return endings;
  }

  /// @param view the fields of a stored 200 as clients are shown them
  /// @param bodyBytes for Content-Length
  /// @param rule label of the governing one; empty for none
  /// @param layer that has it
  HitHead(Headers view, long bodyBytes, String rule, LayerName layer) {
    this.rule = rule;
    this.layer = layer;
    this.ending = Objects.requireNonNull(ENDINGS.get(layer));
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
        .adding("X-Cache-Layer", layer.word())
        .adding("X-Cache-TTL", Long.toString(ttlSeconds))
        .adding("Cache-Status", "terrace; hit; ttl=" + ttlSeconds + "; detail=" + layer.word());
  }

  /// How many bytes [#write] writes at most.
  public int mostBytes() {
    return prefix.length
        + ending.beforeTtl().length
        + BEFORE_STATUS_TTL.length
        + ending.end().length
        + 3 * LONGEST_NUMBER;
  }

  /// Writes the whole head into `target` from `at`.
  ///
  /// @return the place after its last byte
  public int write(byte[] target, int at, long ageSeconds, long ttlSeconds) {
    int next = copy(prefix, target, at);
    next = digits(ageSeconds, target, next);
    next = copy(ending.beforeTtl(), target, next);
    int ttl = next;
    next = digits(ttlSeconds, target, ttl);
    int ttlBytes = next - ttl;
    next = copy(BEFORE_STATUS_TTL, target, next);
    System.arraycopy(target, ttl, target, next, ttlBytes);
    next += ttlBytes;
    return copy(ending.end(), target, next);
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
