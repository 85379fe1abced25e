package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretsTest {
  private static final Secrets SECRETS = new Secrets(Set.of("X-Ticket", "sid"), "", "salt");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization", "authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "token",
        "access_token", "X-CSRF-Token", "client_secret", "PASSWORD", "passwordHash", "sessionId",
        "X-Amz-Signature", "x-api-key", "api_key", "ApiKey", "x-ticket", "SID"
      })
  void aNameThatTellsACredentialIsSecret(String name) {
    assertThat(SECRETS.isSecret(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Accept",
        "key",
        "api",
        "tok",
        "page",
        "X-Authorization-Kind",
        "cookies",
        "sids",
        ""
      })
  void everyOtherNameIsNot(String name) {
    assertThat(SECRETS.isSecret(name)).isFalse();
  }

  @Test
  void digestsAreTheSameOnEveryInstanceAndDifferByValueSaltAndKey() {
    assertThat(SECRETS.digest("a"))
        .isEqualTo("a344c1b6d82605932943c720731f9422aee658353a36ad0a0a97532f8cc6a7b8")
        .isNotEqualTo(SECRETS.digest("b"))
        .isNotEqualTo(new Secrets(Set.of(), "", "other").digest("a"))
        .isNotEqualTo(new Secrets(Set.of(), "key", "salt").digest("a"));
    assertThat(new Secrets(Set.of(), "key", "salt").digest("a"))
        .isEqualTo("780c3db4ce3de5b9e55816fba98f590631d96c075271b26976238d5f4444219b")
        .isEqualTo(new Secrets(Set.of(), "key", "other").digest("a"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      textBlock =
          """
          /a /a
          /a? /a?
          /a?b=c /a?b=c
          /a?token=x&b=c /a?token=***&b=c
          /a?b=c&API_KEY=x /a?b=c&API_KEY=***
          /a?token= /a?token=***
          /a?token /a?token
          /a?tok%65n=x /a?tok%65n=***
          /a?api%2dkey=x=y /a?api%2dkey=***
          /a?sid=1&sid=2 /a?sid=***&sid=***
          /token=a /token=a
          http://u:p@h/a?b http://***@h/a?b
          http://h/a@b http://h/a@b
          """)
  void whatPeopleReadHasNoCredential(String target, String masked) {
    assertThat(SECRETS.masked(target)).isEqualTo(masked);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      textBlock =
          """
          # what is no secret stays as it is
          /products/* /products/*
          /a?b=1&c=* /a?b=1&c=*
          /a?page=[0-9]*&b={x,y} /a?page=[0-9]*&b={x,y}
          /*/sale?* /*/sale?*
          /a?ids=1,2 /a?ids=1,2
          # values of secret parameters do not
          /a?api_key=S* /a?api_key=***
          /a?b=1&%74oken=S&c=2 /a?b=1&%74oken=***&c=2
          http://u:S@h/a?b=1 http://***@h/a?b=1
          # nor those of parameters of which a glob could stand for a secret's name
          /a?*key=S* /a?*key=***
          /a?[tT]oken=S /a?[tT]oken=***
          /a?t\\oken=S /a?t\\oken=***
          /a?b=*token=S /a?b=***
          /a?*token*S ***
          /a?token[<->]S ***
          # nor what lies in braces over several
          /a?b={1&token=S,2&c=3} ***
          /a?{b=1,token=S} ***
          /a?{token=S&x,S&y} ***
          /{a?token=S,b} ***
          """)
  void aPatternIsShownWithoutWhatMayBeASecret(String pattern, String shown) {
    String masked = SECRETS.maskedPattern(pattern);
    if (shown.equals("***")) {
      assertThat(masked).contains("***").doesNotContain("S");
    } else {
      assertThat(masked).isEqualTo(shown);
    }
  }

  /// An error quotes whatever came, of any length.
  @Test
  @Timeout(10)
  void aLongTextIsMaskedInTimeThatGrowsWithItsLengthAlone() {
    String text = "x?" + ("{a,b}".repeat(10) + "&").repeat(18_000);
    assertThat(SECRETS.maskedPattern(text)).isEqualTo(text);
  }
}
