package dev.terrace.rules;

import dev.terrace.http.EntityTag;
import dev.terrace.http.Headers;
import dev.terrace.http.HttpDate;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import dev.terrace.http.Whitespace;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The conditional requests of clients, evaluated on what is stored (RFC 9110 §13, RFC 9111 §4.3.2,
/// http.md 16). If-Match and If-Unmodified-Since are the target's business and play no part here.
public final class Conditions {
  private static final String IF_NONE_MATCH = "If-None-Match";
  private static final String IF_MODIFIED_SINCE = "If-Modified-Since";

  /// What describes the body that a 304 does not have (RFC 9110 §15.4.5).
  private static final Set<String> DESCRIBES_BODY =
      Set.of(
          "content-type",
          "content-encoding",
          "content-language",
          "content-length",
          "content-range",
          "content-disposition",
          "content-md5",
          "content-digest");

  private Conditions() {}

  /// What a stored 200 answers to the request's If-None-Match and If-Modified-Since.
  public enum Result {
    WHOLE,
    NOT_MODIFIED
  }

  /// If-None-Match decides alone where it stands; otherwise If-Modified-Since, of a GET or HEAD,
  /// against Last-Modified. A stored answer that is no 2xx is given whole (RFC 9110 §13.2.1).
  public static Result evaluate(Instant now, RequestHead request, ResponseHead stored) {
    Headers headers = request.headers();
    boolean notModified;
    if (stored.status() < 200 || stored.status() > 299) {
      notModified = false;
    } else if (headers.contains(IF_NONE_MATCH)) {
      notModified = isNamed(headers.all(IF_NONE_MATCH), stored.headers());
    } else {
      notModified =
          (request.isGet() || request.isHead()) && isUnmodified(now, headers, stored.headers());
    }
    return notModified ? Result.NOT_MODIFIED : Result.WHOLE;
  }

  /// The fields of the 304 that stands for this head (RFC 9110 §15.4.5): all but those that
  /// describe the body, and Last-Modified only where there is no ETag.
  public static Headers notModified(Headers stored) {
    boolean tagged = stored.contains("ETag");
    return stored.filtered(
        (name, _) ->
            !DESCRIBES_BODY.contains(name.toLowerCase(Locale.ROOT))
                && !(tagged && name.equalsIgnoreCase("Last-Modified")));
  }

  /// The conditions under which the target need not send the stored response again (RFC 9111
  /// §4.3.1); empty where it has no validator.
  public static Headers validating(ResponseHead stored) {
    Headers fields = stored.headers();
    Headers.Builder conditions = Headers.builder();
    Validators.etag(fields).ifPresent(tag -> conditions.add(IF_NONE_MATCH, tag.toString()));
    // Which century a two-digit year means plays no part: the date is sent as it came.
    if (Validators.lastModified(fields, Instant.EPOCH).isPresent()) {
      conditions.add(IF_MODIFIED_SINCE, fields.firstOr("Last-Modified", ""));
    }
    return conditions.build();
  }

  /// The request's fields as a shared fill sends them: without If-None-Match and If-Modified-Since.
  public static Headers withoutConditions(Headers request) {
    return request.without(IF_NONE_MATCH, IF_MODIFIED_SINCE);
  }

  private static boolean isNamed(List<String> lines, Headers stored) {
    Optional<EntityTag> etag = Validators.etag(stored);
    return lines.stream()
        .anyMatch(
            line ->
                Whitespace.trimmed(line).equals("*")
                    || (etag.isPresent()
                        && EntityTag.parseList(line).stream().anyMatch(etag.get()::matchesWeakly)));
  }

  private static boolean isUnmodified(Instant now, Headers request, Headers stored) {
    List<String> lines = request.all(IF_MODIFIED_SINCE);
    if (lines.size() != 1) {
      return false;
    }
    Optional<Instant> since = HttpDate.parse(lines.getFirst(), now);
    Optional<Instant> modified = Validators.lastModified(stored, now);
    return since.isPresent() && modified.isPresent() && !modified.get().isAfter(since.get());
  }
}
