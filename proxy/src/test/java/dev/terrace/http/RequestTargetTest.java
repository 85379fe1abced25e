package dev.terrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestTargetTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      textBlock =
          """
          # unreserved characters are decoded (RFC 3986 §6.2.2.2)
          /%61%5A%30%2d%2E%5f%7e /aZ0-._~
          /%7Euser/x /~user/x
          # reserved ones keep their encoding, in upper case (RFC 3986 §6.2.2.1)
          /a%2fb /a%2Fb
          /a%3fb?c /a%3Fb?c
          /%e2%82%ac /%E2%82%AC
          /%25%36%31 /%2561
          # one decoding, never two
          /%252e%252e/a /%252e%252e/a
          # dot segments (RFC 3986 §5.2.4)
          /a/./b /a/b
          /a/../b /b
          /a/b/../../c /c
          /a/b/.. /a/
          /a/b/. /a/b/
          /. /
          /./ /
          /a/.. /
          /a/../ /
          /./a /a
          /a/b/c/./../../g /a/g
          /a//../b /a/b
          //.. /
          /a/..//b //b
          # encoded dot segments
          /a/%2e/b /a/b
          /a/%2E%2e/b /b
          /a/.%2e/b /b
          /a/%2e. /
          # the query stays as it came
          /%61?%61/../%2f /a?%61/../%2f
          /a/..?b=/../.. /?b=/../..
          """)
  void aTargetIsBroughtIntoItsNormalForm(String target, String normal) {
    assertThat(RequestTarget.normalised(target)).contains(normal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "*",
        "/a",
        "/a/",
        "//a//b",
        "/...",
        "/a/.../b",
        "/.a",
        "/a.",
        "/..a",
        "/a..",
        "/.a/..b",
        "/a%2Fb",
        "/a;b=c",
        "/a/..;/b",
        "/%E2%82%AC",
        "/?",
        "/?a/../b",
        "/a?%61",
        "/A",
        "/%20"
      })
  void aNormalTargetIsGivenBackAsItIs(String target) {
    assertThat(RequestTarget.normalised(target).orElseThrow()).isSameAs(target);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/..",
        "/../",
        "/../a",
        "/a/../..",
        "/a/../../b",
        "/%2e%2e",
        "/%2E./a",
        "/./..",
        "/..?a",
        "/a/b/../../../c"
      })
  void climbingAboveTheRootIsNoTarget(String target) {
    assertThat(RequestTarget.normalised(target)).isEmpty();
  }

  @Test
  void normalisingTwiceChangesNothingMore() {
    Random random = new Random(42);
    String[] pieces = {"/", ".", "..", "%2e", "%2F", "%41", "%61", "a", "%25", "?", ";", "%e2"};
    for (int i = 0; i < 50_000; i++) {
      StringBuilder target = new StringBuilder("/");
      for (int piece = random.nextInt(12); piece > 0; piece--) {
        target.append(pieces[random.nextInt(pieces.length)]);
      }
      RequestTarget.normalised(target.toString())
          .ifPresent(
              once -> {
                assertThat(once).startsWith("/");
                assertThat(RequestTarget.normalised(once).orElseThrow()).isSameAs(once);
              });
    }
  }
}
