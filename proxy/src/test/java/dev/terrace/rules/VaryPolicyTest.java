package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.Headers;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VaryPolicyTest {
  private final VaryPolicy vary = new VaryPolicy(new Secrets(Set.of(), "", "salt"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          # RFC 9111 §4.1: whitespace, where the syntax allows it
          accept!a, b!a,b!true
          accept!a ,\tb!a,b!true
          accept!a;x="1, 2"!a;x="1,2"!false
          accept!a;x="1\\", 2"!a;x="1\\",2"!false
          accept!a, b!b, a!false
          accept!a!A!false
          x-any!a, b!a,b!true
          accept!a,,b!a,b!false
          # http.md 14: Accept-Language
          accept-language!en, de!de,en!true
          accept-language!EN-us!en-US!true
          accept-language!en;q=0.8, de!de, en;q=0.8!true
          accept-language!en; q=0.80, de!de,en;q=0.8!true
          accept-language!de;q=1.000, en;q=0.5!en;q=0.5,de!true
          accept-language!en;q=0.8, de!en, de;q=0.8!false
          accept-language!en;q=0.8, de;q=0.9!en;q=0.9, de;q=0.8!false
          accept-language!en!en, de!false
          accept-language!en;q=0!en!false
          accept-language!en;q=x!en!false
          accept-language!en;q=0.1234!en;q=0.123!false
          accept-language!*;q=0.5, en!en,*;q=0.5!true
          # http.md 14: Accept-Encoding as a set
          accept-encoding!gzip, br!br,gzip!true
          accept-encoding!GZIP;q=1.0, br!br, gzip!true
          accept-encoding!gzip!br!false
          accept-encoding!gzip!gzip, br!false
          accept-encoding!gzip;q=0, br!br!false
          accept-encoding!gzip, , br!br,gzip!true
          # never Cookie or Authorization
          cookie!a, b!a,b!false
          authorization!a, b!a,b!false
          cookie!a=1!a=1!true
          """)
  void twoValuesAreOneVariantWhereNormalisationMakesThemEqual(
      String name, String stored, String asked, boolean same) {
    VariantKey variant = vary.variant(List.of(name), Headers.of(name, stored));
    assertThat(vary.matches(variant, Headers.of(name, asked))).isEqualTo(same);
    assertThat(vary.matches(variant, Headers.of(name, stored))).isTrue();
  }

  @Test
  void severalLinesAreOneList() {
    VariantKey variant = vary.variant(List.of("accept"), Headers.of("Accept", "a", "ACCEPT", "b"));
    assertThat(vary.matches(variant, Headers.of("accept", "a, b"))).isTrue();
    assertThat(vary.matches(variant, Headers.of("accept", "b", "accept", "a"))).isFalse();
  }

  @Test
  void absentMatchesAbsentAlone() {
    VariantKey absent = vary.variant(List.of("accept"), Headers.EMPTY);
    assertThat(absent.values()).containsExactly(VariantKey.ABSENT);
    assertThat(vary.matches(absent, Headers.EMPTY)).isTrue();
    assertThat(vary.matches(absent, Headers.of("Accept", ""))).isFalse();
    VariantKey empty = vary.variant(List.of("accept"), Headers.of("Accept", ""));
    assertThat(vary.matches(empty, Headers.EMPTY)).isFalse();
  }

  @Test
  void everyNameHasToMatch() {
    VariantKey variant = vary.variant(List.of("a", "b"), Headers.of("B", "2", "A", "1"));
    assertThat(vary.matches(variant, Headers.of("A", "1", "B", "2", "C", "3"))).isTrue();
    assertThat(vary.matches(variant, Headers.of("A", "1", "B", "3"))).isFalse();
    assertThat(vary.matches(variant, Headers.of("A", "1"))).isFalse();
  }

  @Test
  void aResponseWithoutVaryIsOneVariant() {
    assertThat(vary.variant(List.of(), Headers.of("A", "1"))).isEqualTo(VariantKey.NONE);
    assertThat(vary.matches(VariantKey.NONE, Headers.of("A", "2"))).isTrue();
  }

  @Test
  void credentialsStandAsDigests() {
    VariantKey variant =
        vary.variant(
            List.of("authorization", "cookie", "x-api-key"),
            Headers.of("Authorization", "canary", "Cookie", "canary", "X-Api-Key", "canary"));
    assertThat(variant.values()).noneMatch(value -> value.contains("canary"));
    assertThat(variant.values()).allMatch(value -> value.matches("[0-9a-f]{64}"));
  }

  @Test
  void whatVariesByTheClientsAddressAnswersNoOtherRequest() {
    VariantKey variant = vary.variant(List.of("x-forwarded-for"), Headers.EMPTY);
    assertThat(vary.matches(variant, Headers.EMPTY)).isFalse();
  }
}
