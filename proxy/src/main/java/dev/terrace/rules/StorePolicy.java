package dev.terrace.rules;

import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Whether an answer may be stored and for how long: the safety gate first, then the lifetime (RFC
/// 9111 §3, `product.md` 4, http.md 1-12). Immutable; safe for use by any thread.
public final class StorePolicy {
  /// What `--set-cookie` says.
  public enum SetCookie {
    NEVER,
    EXPLICIT
  }

  /// @param cacheTtl zero: unset
  /// @param heuristicFraction 0 to 1
  /// @param setCookie whether an answer with Set-Cookie may be stored at all
  /// @param maxLife from the fetch's start, stale time included
  /// @param cacheableMethods those whose answers are stored where no rule names methods
  /// @param bounds past which an answer is not stored
  public record Settings(
      Duration cacheTtl,
      double heuristicFraction,
      SetCookie setCookie,
      Duration maxLife,
      Set<String> cacheableMethods,
      Bounds bounds) {
    public Settings {
      cacheableMethods = Set.copyOf(cacheableMethods);
    }

    /// With the default bounds.
    public Settings(
        Duration cacheTtl,
        double heuristicFraction,
        SetCookie setCookie,
        Duration maxLife,
        Set<String> cacheableMethods) {
      this(cacheTtl, heuristicFraction, setCookie, maxLife, cacheableMethods, Bounds.DEFAULTS);
    }
  }

  /// What an answer that is stored may have at most (security.md S14).
  ///
  /// @param varyNames request fields that select it
  /// @param tags of an entry
  /// @param tagBytes of one tag in UTF-8
  /// @param setCookies lines of Set-Cookie
  public record Bounds(int varyNames, int tags, int tagBytes, int setCookies) {
    /// What holds where the operator says nothing.
    public static final Bounds DEFAULTS = new Bounds(16, 128, 256, 50);
  }

  private final Settings settings;

  public StorePolicy(Settings settings) {
    this.settings = settings;
  }

  /// Decides on a complete response; on a 206 as [#decidePartial] where the request is a GET for a
  /// range, and refuses one that nobody asked for.
  ///
  /// @param intake the request; `received` is what the gate reads
  /// @param response final status and end-to-end fields as the target sent them
  /// @param requestedAt when the request left
  /// @param receivedAt when the head arrived
  public StoreDecision decide(
      Intake intake,
      Optional<Rule> governing,
      ResponseHead response,
      Instant requestedAt,
      Instant receivedAt) {
    if (!PartialContent.isPart(response)) {
      return new StoreCase(settings, intake, governing, response, requestedAt, receivedAt).decide();
    }
    RequestHead request = intake.request();
    return request.isGet() && request.headers().contains("Range")
        ? decidePartial(intake, governing, response, requestedAt, receivedAt)
        : new StoreDecision.Skip(SkipReason.PARTIAL);
  }

  /// Decides on a 206 with a single range (http.md 11): by its own freshness alone. The stored head
  /// keeps its status and Content-Range; a range that is the whole becomes a 200.
  public StoreDecision decidePartial(
      Intake intake,
      Optional<Rule> governing,
      ResponseHead response,
      Instant requestedAt,
      Instant receivedAt) {
    return PartialContent.range(response).isEmpty()
        ? new StoreDecision.Skip(SkipReason.PARTIAL)
        : new StoreCase(
                settings,
                intake,
                governing,
                PartialContent.completed(response),
                requestedAt,
                receivedAt)
            .decide();
  }

  /// Whether the rule stores a body of this many bytes.
  public static boolean acceptsSize(Optional<Rule> governing, long bytes) {
    return governing.filter(rule -> bytes < rule.minBytes() || bytes > rule.maxBytes()).isEmpty();
  }

  /// The digest of the gate fields of the rule that governs now; empty where it lifts none.
  public static String gateDigest(Optional<Rule> governing) {
    return governing.map(StorePolicy::gateDigest).orElse("");
  }

  private static String gateDigest(Rule rule) {
    if (rule.ignore().isEmpty() && rule.identity().isEmpty()) {
      return "";
    }
    String identity =
        rule.identity().map(known -> known.source() + ":" + known.name()).orElse("none");
    String fields = new TreeSet<>(rule.ignore()) + "\n" + identity + "\n" + rule.shared();
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(fields.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
