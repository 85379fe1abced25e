package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.Headers;
import dev.terrace.http.RequestHead;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// security.md S11: equal keys mean equal requests for the target. Random requests, made of few
/// pieces so that keys do meet, under random settings; what a target gets of two with one key is
/// compared as `product.md` 2 says: method (HEAD as GET), URI, Host, X-Forwarded-Proto and -Host,
/// keyed fields, body, the order of query parameters of different names aside.
final class EqualKeysTest {
  private static final String[] PATHS = {
    "/",
    "/a",
    "/%61",
    "/A",
    "/a/../a",
    "/a/",
    "//a",
    "/a%2fb",
    "/a%2Fb",
    "/a;b",
    "/a/%2e%2e/b",
    "/b"
  };
  private static final String[] PARAMETERS = {
    "a=1",
    "a=2",
    "A=1",
    "%61=1",
    "b=1",
    "b=",
    "b",
    "",
    "utm_x=1",
    "a=1;b=2",
    "token=x",
    "token=y",
    "c=,h,1:a"
  };
  private static final String[] HOSTS = {"h", "H", "h:80", "g"};
  private static final String[] METHODS = {"GET", "HEAD", "POST", "QUERY", "PUT"};
  private static final String[] FIELDS = {
    "X-A",
    "X-B",
    "Authorization",
    "Cookie",
    "Content-Type",
    "Content-Encoding",
    "X-Forwarded-Proto",
    "X-Forwarded-Host",
    "Connection",
    "X-HTTP-Method-Override",
    "X_A"
  };
  private static final String[] VALUES = {
    "", "1", "2", "1,h,3:x-b,1:2", "x-a", "sid=1", "sid=2", "sid=1; sid=2", "https", "g", "a, b"
  };
  private static final String[] SETTINGS = {
    "",
    "forward-host",
    "raw",
    "keep-order",
    "key-headers=X-A,X-B",
    "base=/v methods=GET,POST",
    "key-headers=Authorization forward-host",
    "prefix=/a",
    "methods=POST,QUERY key-headers=X-A"
  };
  private static final List<List<Rule>> RULES =
      List.of(
          List.of(),
          List.of(RuleBuilder.on("*").drop("utm_*", "b").build()),
          List.of(RuleBuilder.on("*").keep("a").methods("GET", "POST").build()),
          List.of(RuleBuilder.on("*").identity("cookie:sid").build()),
          List.of(
              RuleBuilder.on("*").condition("X-A", "1").keyHeaders("X-B").build(),
              RuleBuilder.on("*").condition("X-B", "*").drop("a").build()));

  private final Random random = new Random(20_110);

  @Test
  void equalKeysMeanEqualForwardedRequests() {
    int equal = 0;
    int distinct = 0;
    for (int round = 0; round < 400; round++) {
      Setting setting =
          Setting.of(any(SETTINGS), RULES.get(random.nextInt(RULES.size())).toArray(Rule[]::new));
      Map<String, List<String>> seen = new HashMap<>();
      for (int i = 0; i < 500; i++) {
        Optional<Pair> pair = pair(setting);
        if (pair.isEmpty()) {
          continue;
        }
        List<String> before = seen.putIfAbsent(pair.get().key(), pair.get().forwarded());
        if (before != null) {
          equal++;
          assertThat(pair.get().forwarded()).as(pair.get().key()).isEqualTo(before);
        }
      }
      distinct += seen.size();
    }
    // Both must be many, or the property says nothing.
    assertThat(equal).isGreaterThan(5_000);
    assertThat(distinct).isGreaterThan(10_000);
  }

  /// A key, and what the target gets.
  private record Pair(String key, List<String> forwarded) {}

  private Optional<Pair> pair(Setting setting) {
    StringBuilder target = new StringBuilder(any(PATHS));
    for (int i = random.nextInt(4); i > 0; i--) {
      target.append(target.indexOf("?") < 0 ? '?' : '&').append(any(PARAMETERS));
    }
    List<String> fields = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      fields.add(any(FIELDS));
      fields.add(any(VALUES));
    }
    String line = any(METHODS) + (random.nextBoolean() ? " http://" : " https://") + any(HOSTS);
    RequestHead head = Setting.request(line + target, fields.toArray(String[]::new));
    Peer peer = random.nextInt(3) == 0 ? Setting.trustedProxy() : Setting.client();
    if (!(setting.intakePolicy.admit(head, peer) instanceof Admission.Admitted(Intake intake))) {
      return Optional.empty();
    }
    KeyPolicy.Body body =
        random.nextInt(3) > 0
            ? new KeyPolicy.Body.None()
            : new KeyPolicy.Body.Digest("digest" + random.nextInt(2));
    return setting.decide(intake, body) instanceof KeyDecision.Keyed(CacheKey key, String sent)
        ? Optional.of(new Pair(key.canonical(), forwarded(setting, intake, peer, sent, body)))
        : Optional.empty();
  }

  private static List<String> forwarded(
      Setting setting, Intake intake, Peer peer, String target, KeyPolicy.Body body) {
    Headers headers = setting.forwarding.toTarget(intake, peer);
    List<String> seen = new ArrayList<>();
    String method = intake.request().method();
    seen.add(method.equals("HEAD") ? "GET" : method);
    seen.add(intake.forwardedScheme() + "://" + intake.forwardedHost());
    seen.add(normalisedOrder(target));
    seen.add(body.toString());
    setting.keyHeaders().forEach(name -> seen.add(name + headers.all(name)));
    setting
        .rules
        .governing(intake)
        .ifPresent(
            rule -> {
              rule.keyHeaders().forEach(name -> seen.add(name + headers.all(name)));
              rule.headerConditions().keySet().forEach(name -> seen.add(name + headers.all(name)));
              if (rule.identity().isPresent()) {
                seen.add("sid" + Cookies.values(headers, "sid"));
              }
            });
    Stream.of("X-Forwarded-Proto", "X-Forwarded-Host", "X-HTTP-Method-Override")
        .forEach(name -> seen.add(name + headers.all(name)));
    if (!seen.getFirst().equals("GET")) {
      Stream.of("Content-Type", "Content-Encoding")
          .forEach(name -> seen.add(name + headers.all(name)));
    }
    return seen;
  }

  /// Parameters of different names in one order: the one normalisation of the key that the target
  /// does not see. Names are compared as the loosest target would.
  private static String normalisedOrder(String target) {
    int mark = target.indexOf('?');
    String[] parameters = mark < 0 ? new String[0] : target.substring(mark + 1).split("&", -1);
    boolean keepsOrder =
        (mark >= 0 && target.indexOf(';', mark) >= 0)
            || Arrays.stream(parameters).anyMatch(parameter -> !parameter.contains("="));
    if (mark < 0 || keepsOrder) {
      return target;
    }
    Arrays.sort(
        parameters,
        Comparator.comparing(
            parameter ->
                parameter
                    .substring(0, parameter.indexOf('='))
                    .replace("%61", "a")
                    .toLowerCase(Locale.ROOT)));
    return target.substring(0, mark) + "?" + String.join("&", parameters);
  }

  private String any(String[] choices) {
    return choices[random.nextInt(choices.length)];
  }
}
