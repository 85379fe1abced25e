package dev.terrace.rules;

import dev.terrace.rules.Rule.Gate;
import dev.terrace.rules.Rule.Identity;
import dev.terrace.rules.Rule.TtlMode;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Builds a rule of which a test names what it is about; the rest is as though left out.
final class RuleBuilder {
  private final Pattern pattern;
  private final Map<String, Glob> conditions = new TreeMap<>();
  private Set<String> methods = Set.of();
  private Optional<Duration> ttl = Optional.empty();
  private boolean enabled = true;
  private Set<Integer> statusCodes = Set.of();
  private long minBytes;
  private long maxBytes = Long.MAX_VALUE;
  private TtlMode ttlMode = TtlMode.DEFAULT;
  private Set<Gate> ignore = Set.of();
  private Optional<Identity> identity = Optional.empty();
  private boolean shared;
  private List<String> keyHeaders = List.of();
  private List<String> keep = List.of();
  private List<String> drop = List.of();
  private Set<String> tags = Set.of();

  private RuleBuilder(String pattern) {
    this.pattern = Pattern.of(pattern);
  }

  static RuleBuilder on(String pattern) {
    return new RuleBuilder(pattern);
  }

  RuleBuilder methods(String... names) {
    methods = Set.of(names);
    return this;
  }

  RuleBuilder ttl(int seconds) {
    ttl = Optional.of(Duration.ofSeconds(seconds));
    return this;
  }

  RuleBuilder disabled() {
    enabled = false;
    return this;
  }

  RuleBuilder condition(String name, String glob) {
    conditions.put(name, Glob.of(glob));
    return this;
  }

  RuleBuilder statusCodes(Integer... codes) {
    statusCodes = Set.of(codes);
    return this;
  }

  RuleBuilder bytes(long min, long max) {
    minBytes = min;
    maxBytes = max;
    return this;
  }

  RuleBuilder mode(TtlMode mode) {
    ttlMode = mode;
    return this;
  }

  RuleBuilder ignore(Gate... gates) {
    ignore = Set.of(gates);
    return this;
  }

  /// @param text `header:NAME` or `cookie:NAME`
  RuleBuilder identity(String text) {
    int colon = text.indexOf(':');
    Identity.Source source =
        text.startsWith("header") ? Identity.Source.HEADER : Identity.Source.COOKIE;
    identity = Optional.of(new Identity(source, text.substring(colon + 1)));
    return this;
  }

  RuleBuilder shared() {
    shared = true;
    return this;
  }

  RuleBuilder keyHeaders(String... names) {
    keyHeaders = List.of(names);
    return this;
  }

  RuleBuilder keep(String... globs) {
    keep = List.of(globs);
    return this;
  }

  RuleBuilder drop(String... globs) {
    drop = List.of(globs);
    return this;
  }

  RuleBuilder tags(String... names) {
    tags = Set.of(names);
    return this;
  }

  Rule build() {
    return new Rule(
        "0",
        pattern,
        methods,
        ttl,
        enabled,
        conditions,
        statusCodes,
        minBytes,
        maxBytes,
        ttlMode,
        ignore,
        identity,
        shared,
        keyHeaders,
        new QueryFilter(keep.stream().map(Glob::of).toList(), drop.stream().map(Glob::of).toList()),
        Duration.ZERO,
        Duration.ZERO,
        tags,
        EnumSet.allOf(LayerName.class));
  }
}
