package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import dev.terrace.http.Table;
import dev.terrace.rules.ClientView.TagFields;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What clients are shown, `locations.txt`, and what answers to unsafe methods invalidate,
/// `invalidation.txt`. The target is `http://target.test:8080`, the client's side
/// `https://client.test`; a request of the client's is for `/p/items/1?q=2` with the prefix, else
/// for `/items/1?q=2`.
final class ClientViewTest {
  static Stream<Arguments> locations() {
    return Table.rows(ClientViewTest.class, "locations.txt", 5);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("locations")
  void showsLocationsInsideTheTargetAsPaths(
      String section, String sentence, String setting, String location, String want) {
    Headers shown =
        view(setting, TagFields.REMOVED)
            .of(intake(setting, "GET"), Optional.empty(), Headers.of("Location", location));
    assertThat(shown).as("%s: %s", section, sentence).isEqualTo(Headers.of("Location", want));
  }

  static Stream<Arguments> invalidation() {
    return Table.rows(ClientViewTest.class, "invalidation.txt", 6);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("invalidation")
  void invalidatesWhatAnUnsafeMethodChanged(
      String section, String sentence, String method, String setting, String answer, String want) {
    Map<String, String> fields = Cases.fields(setting);
    Set<String> cacheable =
        fields.containsKey("cacheable") ? Cases.words(fields, "cacheable") : Set.of("GET", "HEAD");
    Invalidation invalidation =
        new Invalidation(
            view(setting, TagFields.REMOVED),
            get -> urlOf(get, setting).map(Set::of).orElse(Set.of()),
            cacheable);
    List<UrlKey> covered =
        invalidation.covered(intake(setting, method), Cases.rule(setting), Cases.response(answer));
    List<String> groups =
        invalidation.groups(intake(setting, method), Cases.rule(setting), Cases.response(answer));
    String found =
        Stream.concat(
                covered.stream().map(UrlKey::pathAndQuery).sorted(),
                groups.stream().map(group -> group.replace("\u00a7, ", "#").replace(' ', '/')))
            .collect(Collectors.joining(" "));
    assertThat(found).as("%s: %s", section, sentence).isEqualTo(want);
  }

  @Test
  void ownFieldsAndTagsStayInside() {
    Headers stored =
        Headers.of(
            "Terrace-Cache-Control",
            "max-age=5",
            "CDN-Cache-Control",
            "max-age=6",
            "Warning",
            "x",
            "Surrogate-Key",
            "a",
            "cache-tag",
            "b",
            "Cache-Groups",
            "\"c\"",
            "Set-Cookie",
            "d",
            "Surrogate-Control",
            "e");
    Intake intake = intake("", "GET");
    assertThat(view("", TagFields.REMOVED).of(intake, Optional.empty(), stored))
        .isEqualTo(
            Headers.of(
                "CDN-Cache-Control",
                "max-age=6",
                "Cache-Groups",
                "\"c\"",
                "Set-Cookie",
                "d",
                "Surrogate-Control",
                "e"));
    assertThat(view("", TagFields.KEPT).of(intake, Cases.rule("ignore=set-cookie shared"), stored))
        .isEqualTo(
            Headers.of(
                "CDN-Cache-Control",
                "max-age=6",
                "Surrogate-Key",
                "a",
                "cache-tag",
                "b",
                "Cache-Groups",
                "\"c\"",
                "Surrogate-Control",
                "e"));
  }

  @Test
  void fieldsThatHideNothingAreNotCopied() {
    Headers stored = Headers.of("ETag", "\"a\"", "Location", "https://elsewhere.test/");
    assertThat(view("", TagFields.REMOVED).of(intake("", "GET"), Optional.empty(), stored))
        .isSameAs(stored);
  }

  @Test
  void aRequestWithoutAnAnswerOfItsOwnUrlInvalidatesNothing() {
    Invalidation invalidation =
        new Invalidation(view("", TagFields.REMOVED), _ -> Set.of(), Set.of("GET"));
    assertThat(
            invalidation.covered(
                intake("", "POST"), Optional.empty(), new ResponseHead(200, Headers.EMPTY)))
        .isEmpty();
  }

  private static ClientView view(String setting, TagFields tags) {
    Map<String, String> fields = Cases.fields(setting);
    return new ClientView(
        new ClientView.Settings(
            "http",
            "target.test:8080",
            fields.getOrDefault("base", ""),
            fields.getOrDefault("prefix", ""),
            tags));
  }

  private static Intake intake(String setting, String method) {
    Map<String, String> fields = Cases.fields(setting);
    boolean forwardHost = fields.containsKey("forwardHost");
    String prefix = fields.getOrDefault("prefix", "");
    RequestHead received = request(method, prefix + "/items/1?q=2");
    return new Intake(
        received,
        request(method, "/items/1?q=2"),
        forwardHost ? "https" : "http",
        forwardHost ? "client.test" : "target.test:8080",
        fields.getOrDefault("base", "") + "/items/1?q=2");
  }

  private static RequestHead request(String method, String target) {
    return new RequestHead(
        method, "https", "client.test", target, Headers.EMPTY, HttpVersion.HTTP_1_1);
  }

  /// As admission would: nothing outside the prefix, which is taken off.
  private static Optional<UrlKey> urlOf(RequestHead get, String setting) {
    assertThat(get.method()).isEqualTo("GET");
    assertThat(get.authority()).isEqualTo("client.test");
    String prefix = Cases.fields(setting).getOrDefault("prefix", "");
    return get.target().startsWith(prefix + "/")
        ? Optional.of(new UrlKey("target.test:8080", get.target().substring(prefix.length())))
        : Optional.empty();
  }
}
