package dev.terrace.rules;

import static org.junit.jupiter.api.Assertions.fail;

import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestCheck;
import dev.terrace.http.RequestHead;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The way of a request from the wire to its key and to the target, under settings given as words.
///
/// The words: `forward-host`, `raw` (no normalisation), `keep-order`, and with a value after `=`:
/// `scheme`, `target`, `base`, `prefix`, `hosts`, `methods`, `key-headers`, `secret-names`,
/// `key-secret`, `salt`; lists are parted by commas.
final class Setting {
  static final String PSEUDONYM = "terrace-1";

  private static final RequestCheck CHECK =
      new RequestCheck(new RequestCheck.Limits(8192, 32_768, 100, 256));

  private final Map<String, String> words = new LinkedHashMap<>();
  final IntakePolicy intakePolicy;
  final KeyPolicy keyPolicy;
  final Forwarding forwarding;
  final Secrets secrets;
  final RuleSet rules;

  private Setting(String text, List<Rule> rules) {
    for (String word : text.split(" ", -1)) {
      int equals = word.indexOf('=');
      words.put(
          equals < 0 ? word : word.substring(0, equals),
          equals < 0 ? "" : word.substring(equals + 1));
    }
    secrets =
        new Secrets(Set.copyOf(list("secret-names")), value("key-secret", ""), value("salt", "s:"));
    intakePolicy =
        new IntakePolicy(
            new IntakePolicy.Settings(
                value("scheme", "http"),
                value("target", "target:8080"),
                value("base", ""),
                value("prefix", ""),
                words.containsKey("forward-host"),
                !words.containsKey("raw"),
                list("hosts").stream().map(Glob::of).toList(),
                PSEUDONYM));
    Set<String> methods =
        words.containsKey("methods") ? Set.copyOf(list("methods")) : Set.of("GET", "HEAD");
    keyPolicy =
        new KeyPolicy(
            new KeyPolicy.Settings(methods, list("key-headers"), !words.containsKey("keep-order")),
            secrets);
    forwarding = new Forwarding(words.containsKey("forward-host"), PSEUDONYM);
    this.rules = new RuleSet(rules, methods);
  }

  static Setting of(String words, Rule... rules) {
    return new Setting(words, List.of(rules));
  }

  List<String> keyHeaders() {
    return list("key-headers");
  }

  private String value(String word, String otherwise) {
    return words.getOrDefault(word, otherwise);
  }

  private List<String> list(String word) {
    return Stream.of(value(word, "").split(",", -1)).filter(item -> !item.isEmpty()).toList();
  }

  /// A request found sound.
  ///
  /// @param line method and absolute URL
  /// @param fields name, value, name, value; without Host
  static RequestHead request(String line, String... fields) {
    int space = line.indexOf(' ');
    int authority = line.indexOf("://") + 3;
    int path = line.indexOf('/', authority);
    Headers.Builder headers = Headers.builder().add("Host", line.substring(authority, path));
    headers.addAll(Headers.of(fields));
    RequestCheck.Verdict verdict =
        CHECK.check(
            line.substring(0, space),
            line.substring(path),
            HttpVersion.HTTP_1_1,
            line.substring(space + 1, authority - 3),
            Optional.empty(),
            Optional.empty(),
            headers.build());
    return switch (verdict) {
      case RequestCheck.Verdict.Sound(RequestHead head) -> head;
      case RequestCheck.Verdict.Refused(int status, String detail) ->
          fail(line + " was refused: " + status + " " + detail);
    };
  }

  static Peer client() {
    return new Peer("192.0.2.1", Peer.Trust.UNTRUSTED);
  }

  static Peer trustedProxy() {
    return new Peer("192.0.2.9", Peer.Trust.TRUSTED);
  }

  Intake admitted(RequestHead head, Peer peer) {
    return switch (intakePolicy.admit(head, peer)) {
      case Admission.Admitted(Intake intake) -> intake;
      case Admission.Rejected(int status, String detail) ->
          fail("rejected: " + status + " " + detail);
    };
  }

  Intake intake(String line, String... fields) {
    return admitted(request(line, fields), client());
  }

  KeyDecision decide(Intake intake, KeyPolicy.Body body) {
    return keyPolicy.key(intake, rules.governing(intake), body);
  }

  /// The key of a request without a body.
  CacheKey key(String line, String... fields) {
    return switch (decide(intake(line, fields), new KeyPolicy.Body.None())) {
      case KeyDecision.Keyed(CacheKey key, String target) -> key;
      case KeyDecision.Bypass(BypassReason reason, String target) -> fail("bypassed: " + reason);
    };
  }

  /// What the target gets of a request without a body.
  String forwardedTarget(String line, String... fields) {
    return decide(intake(line, fields), new KeyPolicy.Body.None()).forwardedTarget();
  }

  static List<String> names(Headers headers) {
    List<String> names = new ArrayList<>();
    headers.forEach(field -> names.add(field.name()));
    return names;
  }
}
