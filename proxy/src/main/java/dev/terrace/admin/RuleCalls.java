package dev.terrace.admin;

import dev.terrace.config.RuleJson;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import dev.terrace.rules.Forwarding;
import dev.terrace.rules.Intake;
import dev.terrace.rules.KeyDecision;
import dev.terrace.rules.KeyPolicy;
import dev.terrace.rules.Lifetime;
import dev.terrace.rules.Rule;
import dev.terrace.rules.SkipReason;
import dev.terrace.rules.StoreDecision;
import dev.terrace.rules.StorePolicy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// GET /rules and POST /test-rule: the rules as understood, and what they would make of a request
/// and a response, decided by the same policies that decide for clients.
final class RuleCalls {
  /// Past it a body is not keyed (`product.md` 4).
  private static final int MAX_KEYED_BODY_BYTES = 64 << 10;

  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final Set<String> MEMBERS = Set.of("method", "url", "headers", "body", "response");
  private static final Set<String> RESPONSE_MEMBERS = Set.of("status", "headers", "bodyBytes");

  private final AdminParts parts;
  private final Probe probe;

  RuleCalls(AdminParts parts, Probe probe) {
    this.parts = parts;
    this.probe = probe;
  }

  Answer rules(Call.Request request) {
    ObjectNode answer = Answer.object();
    ArrayNode rules = answer.putArray("rules");
    parts
        .rules()
        .get()
        .rules()
        .forEach(
            rule ->
                rules.add(MAPPER.<JsonNode>valueToTree(RuleJson.describe(rule, parts.secrets()))));
    return Answer.json(200, answer);
  }

  Answer testRule(Call.Request request) throws BadCall {
    Members members = request.json();
    members.requireAmong(MEMBERS);
    Given url =
        members
            .text("url")
            .orElseThrow(() -> BadCall.malformed("expected url, absolute or a path"));
    String method = members.text("method").map(Given::text).orElse("GET");
    Intake intake = probe.request(method, probe.url(url), headers(members));
    Optional<Members> response = members.object("response");
    if (response.isPresent()) {
      response.get().requireAmong(RESPONSE_MEMBERS);
    }
    Optional<Rule> governing = parts.rules().get().governing(intake);
    ObjectNode answer = Answer.object().put("rule", governing.map(Rule::label).orElse(null));
    ArrayNode reasons = answer.arrayNode();
    KeyDecision key =
        parts.keys().key(intake, governing, body(members.text("body").map(Given::text)));
    describeLookup(key, answer, reasons);
    if (response.isEmpty()) {
      answer.putNull("store").putNull("lifetimeSeconds");
    } else if (key instanceof KeyDecision.Bypass) {
      // What is not looked up is not stored, whatever the answer says.
      answer.put("store", false).putNull("lifetimeSeconds");
    } else {
      describeStoring(decide(intake, governing, response.get()), answer, reasons);
    }
    answer.set("reasons", reasons);
    return Answer.json(200, answer);
  }

  /// Whether and under which key a lookup is made.
  static void describeLookup(KeyDecision decision, ObjectNode answer, ArrayNode reasons) {
    switch (decision) {
      case KeyDecision.Keyed keyed ->
          answer
              .put("key", keyed.key().digest())
              .put("canonicalKey", keyed.key().canonical())
              .put("lookup", true);
      case KeyDecision.Bypass bypass -> {
        answer.putNull("key").putNull("canonicalKey").put("lookup", false);
        reasons.add(bypass.reason().word());
      }
    }
  }

  private static void describeStoring(
      StoreDecision decision, ObjectNode answer, ArrayNode reasons) {
    switch (decision) {
      case StoreDecision.Store store -> {
        Lifetime lifetime = store.head().lifetime();
        answer.put("store", true).put("lifetimeSeconds", lifetime.freshness().toSeconds());
        reasons.add(lifetime.source().word());
      }
      case StoreDecision.Skip skip -> {
        answer.put("store", false).putNull("lifetimeSeconds");
        reasons.add(skip.reason().word());
      }
    }
  }

  private StoreDecision decide(Intake intake, Optional<Rule> governing, Members response)
      throws BadCall {
    ResponseHead head =
        new ResponseHead(
            (int) response.number("status", 200, 599, 200),
            Forwarding.fromTarget(headers(response)));
    long bodyBytes = response.number("bodyBytes", 0, Long.MAX_VALUE, 0);
    Instant now = parts.clock().instant();
    StoreDecision decision = parts.store().decide(intake, governing, head, now, now);
    return decision instanceof StoreDecision.Store && !StorePolicy.acceptsSize(governing, bodyBytes)
        ? new StoreDecision.Skip(SkipReason.RULE_SIZE)
        : decision;
  }

  private static KeyPolicy.Body body(Optional<String> text) {
    if (text.isEmpty()) {
      return new KeyPolicy.Body.None();
    }
    byte[] bytes = text.get().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_KEYED_BODY_BYTES) {
      return new KeyPolicy.Body.TooLarge();
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new KeyPolicy.Body.Digest(HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// An object of names and texts, or lists of texts for several lines of one name.
  private static Headers headers(Members members) throws BadCall {
    Optional<Members> headers = members.object("headers");
    if (headers.isEmpty()) {
      return Headers.EMPTY;
    }
    Headers.Builder builder = Headers.builder();
    for (Map.Entry<String, JsonNode> field : headers.get().json().properties()) {
      if (field.getValue().isArray()) {
        for (JsonNode line : field.getValue()) {
          add(field.getKey(), line, builder);
        }
      } else {
        add(field.getKey(), field.getValue(), builder);
      }
    }
    return builder.build();
  }

  private static void add(String name, JsonNode value, Headers.Builder builder) throws BadCall {
    if (!value.isString()) {
      throw BadCall.malformed("expected the field " + name + " to be text or a list of texts");
    }
    builder.add(name, value.stringValue());
  }
}
