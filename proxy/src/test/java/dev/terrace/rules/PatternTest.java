package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PatternTest {
  private static final Setting SETTING =
      Setting.of("scheme=https target=api.example base=/v1 prefix=/api");

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      textBlock =
          """
          # a URL pattern sees scheme, host and path as the target does, base path included
          https://api.example/v1/users/1 /api/users/1 true
          */users/* /api/users/1 true
          *://api.example/v1/* /api/users/1 true
          * /api/users/1?a=b true
          https://api.example/users/1 /api/users/1 false
          *client.example* /api/users/1 false
          */api/* /api/users/1 false
          # a path pattern sees the path after the prefix and before the base path
          /users/1 /api/users/1 true
          /users/* /api/users/1 true
          /users/* /api/users false
          /v1/users/1 /api/users/1 false
          /api/users/1 /api/users/1 false
          /Users/1 /api/users/1 false
          # a star runs over slashes, but never over the question mark
          /users/* /api/users/1/2/3 true
          /users* /api/users?a=b true
          /users*b /api/users?a=b false
          *b /api/users?a=b false
          # a query part looks at the query as it came
          /users?a=* /api/users?a=b true
          /users?a=* /api/users?c=d&a=b false
          /users?*a=b /api/users?c=d&a=b true
          /users?* /api/users? true
          /users?* /api/users false
          /users? /api/users? true
          /users? /api/users?a false
          /u*?a /api/users?a true
          /users?a?b /api/users?a?b true
          # paths are matched after normalisation
          /users/1 /api/x/../users/%31 true
          /us[a-z]rs/{1,2} /api/users/2 true
          """)
  void aPatternIsMatchedAgainstTheUrl(String pattern, String target, boolean matches) {
    Intake intake = SETTING.intake("GET http://client.example" + target);
    assertThat(Pattern.of(pattern).matches(intake)).isEqualTo(matches);
  }

  @Test
  void withTheClientsHostForwardedAPatternSeesIt() {
    Intake intake = Setting.of("forward-host").intake("GET https://Client.example:4000/users");
    assertThat(Pattern.of("https://client.example:4000/users").matches(intake)).isTrue();
    assertThat(Pattern.of("*target*").matches(intake)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/é", "/{a?b,c}", "/[?]", "/a{", "/a?{b", "/a\n\u007f"})
  void aMalformedPatternIsRefused(String text) {
    assertThatThrownBy(() -> Pattern.of(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      textBlock =
          """
          * /users/* true
          * https://a/b?c true
          /* https://a/b true
          /users/* /users/1 true
          /users/* /users/*?a=b true
          */users/* /users/* true
          /users/*?a* /users/1?ab true
          /users/*?a* /users/1 false
          /users/* */users/* false
          /users/1 /users/* false
          https://a/* /users false
          """)
  void aPatternCoversANarrowerOne(String wide, String narrow, boolean covers) {
    assertThat(Pattern.of(wide).covers(Pattern.of(narrow))).isEqualTo(covers);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      textBlock =
          """
          *.css true
          /static/*.{css,js} true
          /a/*.js* true
          */x*y.jpeg true
          /static/* false
          /a.css false
          /*/index.html false
          /v1.2/* false
          *.example/* false
          """)
  void aPatternThatTrustsTheEndOfAPathIsSeen(String pattern, boolean trusts) {
    assertThat(Pattern.of(pattern).endsInExtension()).isEqualTo(trusts);
  }

  @Test
  void aPurgeByPatternCoversUrlsOfEitherSchemeBelowTheBasePath() {
    UrlKey url = new UrlKey("api.example", "/users/1?a=b");
    assertThat(Pattern.of("/users/*").matches(url)).isTrue();
    assertThat(Pattern.of("/users/*?a=*").matches(url)).isTrue();
    assertThat(Pattern.of("/users/*?b=*").matches(url)).isFalse();
    assertThat(Pattern.of("https://api.example/users/*").matches(url)).isTrue();
    assertThat(Pattern.of("http://api.example/users/*").matches(url)).isTrue();
    assertThat(Pattern.of("http://api.example/v1/users/*").matches(url)).isFalse();
    assertThat(Pattern.of("http://api.example/v1/users/*").below("/v1").matches(url)).isTrue();
    assertThat(Pattern.of("/users/*").below("/v1").matches(url)).isTrue();
    assertThat(Pattern.of("/a").below("/v1")).isNotEqualTo(Pattern.of("/a"));
  }
}
