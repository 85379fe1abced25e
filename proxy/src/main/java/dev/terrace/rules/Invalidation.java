package dev.terrace.rules;

import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// What an answer to an unsafe method invalidates (RFC 9111 §4.4, http.md 18).
public final class Invalidation {
  /// The methods registered as safe (RFC 9110 §18.2, RFC 4918, RFC 3253, RFC 5323); QUERY with them
  /// always. Whatever is not known is taken to change things.
  private static final Set<String> SAFE =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "QUERY", "PROPFIND", "REPORT", "SEARCH");

  private final ClientView view;
  private final Function<RequestHead, Set<UrlKey>> urls;
  private final Set<String> cacheableMethods;

  /// @param view how the target's URLs and the client's correspond
  /// @param urls what a GET with this head, as a client would send it, may be stored under: through
  ///   admission, rules and key; empty where it is none of ours
  /// @param cacheableMethods methods that count as safe whatever the rule says
  public Invalidation(
      ClientView view, Function<RequestHead, Set<UrlKey>> urls, Set<String> cacheableMethods) {
    this.view = view;
    this.urls = urls;
    this.cacheableMethods = Set.copyOf(cacheableMethods);
  }

  /// The URLs: the request's own, and Location and Content-Location of the same origin; none for
  /// safe methods, methods made cacheable, and answers that are not 2xx or 3xx.
  public List<UrlKey> covered(Intake intake, Optional<Rule> governing, ResponseHead response) {
    if (!changesThings(intake, governing, response)) {
      return List.of();
    }
    Set<UrlKey> covered = new LinkedHashSet<>();
    add(covered, intake, intake.received().target());
    for (String field : List.of("Location", "Content-Location")) {
      for (String reference : response.headers().all(field)) {
        view.targets(intake, reference).forEach(target -> add(covered, intake, target));
      }
    }
    return List.copyOf(covered);
  }

  /// The tags of the groups that Cache-Group-Invalidation names (RFC 9875 §3), of an answer that
  /// invalidates its URL. Groups are those of its host: it names none of another origin, and no tag
  /// that is not a group.
  public List<String> groups(Intake intake, Optional<Rule> governing, ResponseHead response) {
    return changesThings(intake, governing, response)
        ? EntryTags.groups(response.headers(), "Cache-Group-Invalidation").stream()
            .map(group -> GroupTag.of(intake.forwardedHost(), group))
            .toList()
        : List.of();
  }

  private boolean changesThings(Intake intake, Optional<Rule> governing, ResponseHead response) {
    String method = intake.received().method();
    boolean harmless =
        SAFE.contains(method)
            || cacheableMethods.contains(method)
            || governing.filter(rule -> rule.methods().contains(method)).isPresent();
    return !harmless && response.status() >= 200 && response.status() <= 399;
  }

  private void add(Set<UrlKey> covered, Intake intake, String target) {
    RequestHead received = intake.received();
    RequestHead get =
        new RequestHead(
            "GET",
            received.scheme(),
            received.authority(),
            target,
            received.headers(),
            received.version());
    covered.addAll(urls.apply(get));
  }
}
