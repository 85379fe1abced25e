package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
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
}
