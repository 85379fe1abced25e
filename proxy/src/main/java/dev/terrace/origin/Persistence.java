package dev.terrace.origin;

import dev.terrace.http.Digits;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;

/// Whether and how long a connection is kept behind an answer (RFC 9112 §9.3, http.md 22), said in
/// the answer's own fields: Vert.x's pool reads Connection and Keep-Alive when the answer ends.
final class Persistence {
  private static final String KEEP_ALIVE = "Keep-Alive";
  private static final String TIMEOUT = "timeout=";

  private Persistence() {}

  /// Rewrites Connection and Keep-Alive among the fields of a final answer so that the pool does
  /// what we decided.
  ///
  /// @param ageNanos of the connection
  static void settle(HttpHeaders fields, TargetSettings settings, long ageNanos) {
    long hint = keepAliveSeconds(fields);
    long keepSeconds =
        hint < 0
            ? settings.pool().idle().toSeconds()
            : Math.min(hint - 1, settings.pool().idle().toSeconds());
    boolean close =
        fields.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true)
            || keepSeconds < 1
            || ageNanos > settings.pool().connectionLife().toNanos();
    if (close) {
      fields.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      fields.remove(KEEP_ALIVE);
    } else {
      fields.set(KEEP_ALIVE, "timeout=" + keepSeconds);
    }
  }

  /// The `timeout` that the target states, in seconds; -1 if it states none.
  private static long keepAliveSeconds(HttpHeaders fields) {
    for (String value : fields.getAll(KEEP_ALIVE)) {
      for (String parameter : value.toLowerCase(Locale.ROOT).split(",", -1)) {
        String trimmed = parameter.strip();
        if (trimmed.startsWith(TIMEOUT)) {
          // What is no number is taken as no time at all.
          return Math.max(0, Digits.parse(trimmed.substring(TIMEOUT.length())));
        }
      }
    }
    return -1;
  }
}
