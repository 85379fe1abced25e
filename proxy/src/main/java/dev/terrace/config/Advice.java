package dev.terrace.config;

import dev.terrace.rules.LayerName;
import dev.terrace.rules.Rule;
import dev.terrace.rules.RuleSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What is allowed, and yet likely not what the operator meant: said at start and by
/// `--check-config`.
final class Advice {
  /// An entry with a head and a small body; entries that leave less room each are few in practice.
  private static final long SMALL_ENTRY_BYTES = 8 << 10;

  /// Longest life of an error that a rule names (http.md 7).
  private static final Duration ERROR_LIFE = Duration.ofSeconds(10);

  private final Settings settings;
  private final List<String> lines = new ArrayList<>();

  private Advice(Settings settings) {
    this.settings = settings;
  }

  /// One line for each doubt.
  static List<String> on(Settings settings, Values values, long heapBytes) {
    Advice advice = new Advice(settings);
    advice.onMemory(values, heapBytes);
    advice.onTtl(values);
    advice.onRedis(values);
    if (settings.cache().cacheableMethods().contains("POST")) {
      advice.lines.add(
          values.nameOf(Options.CACHEABLE_METHODS)
              + " names POST: a POST that repeats one does not reach the target");
    }
    List<Rule> rules = settings.cache().rules();
    for (int index = 0; index < rules.size(); index++) {
      advice.onRule("rule " + index, rules.get(index));
    }
    advice.onHiding();
    return List.copyOf(advice.lines);
  }

  private void onMemory(Values values, long heapBytes) {
    Settings.Memory memory = settings.memory();
    boolean asked =
        values.isGiven(Options.CACHE_MAX_SIZE) || values.isGiven(Options.CACHE_MAX_BYTES);
    long each = memory.maxBytes() / memory.maxEntries();
    if (asked && each < SMALL_ENTRY_BYTES) {
      lines.add(
          values.nameOf(Options.CACHE_MAX_BYTES)
              + " binds before "
              + values.nameOf(Options.CACHE_MAX_SIZE)
              + " does: "
              + memory.maxBytes()
              + " bytes leave "
              + each
              + " for each of "
              + memory.maxEntries()
              + " entries");
    }
    if (memory.maxBytes() > heapBytes / 2) {
      lines.add(
          values.nameOf(Options.CACHE_MAX_BYTES)
              + " is more than half of the heap of "
              + heapBytes
              + " bytes: requests under way need room beside it");
    }
  }

  private void onTtl(Values values) {
    if (settings.cache().ttl().compareTo(settings.cache().maxLife()) > 0) {
      lines.add(
          values.nameOf(Options.CACHE_TTL)
              + " is longer than "
              + values.nameOf(Options.MAX_LIFE)
              + ", so that nothing reaches it");
    }
  }

  private void onRedis(Values values) {
    if (values.isGiven(RedisOptions.ENABLE)) {
      return;
    }
    RedisOptions.REDIS.all().stream()
        .filter(values::isGiven)
        .findFirst()
        .ifPresent(
            option ->
                lines.add(
                    values.nameOf(option)
                        + " is given, but not --enable-redis: Redis is not used"));
  }

  private void onRule(String name, Rule rule) {
    if (!rule.ignore().isEmpty()) {
      lines.add(name + " lifts a gate for " + whom(rule) + ": " + words(rule.ignore()));
    }
    if (rule.ignore().isEmpty() && rule.identity().isPresent()) {
      lines.add(name + " lifts the gate of the credential that its identity names, one entry each");
    }
    boolean forced = rule.ttlMode() == Rule.TtlMode.OVERRIDE || !rule.ignore().isEmpty();
    if (forced && rule.pattern().endsInExtension()) {
      lines.add(
          name
              + " trusts the end of a path: whoever asks for /account/x.css may get an account"
              + " stored where the target ignores the end");
    }
    if (rule.methods().contains("POST")) {
      lines.add(name + " names POST: a POST that repeats one does not reach the target");
    }
    Set<LayerName> missing = EnumSet.copyOf(rule.layers());
    missing.remove(LayerName.MEMORY);
    if (settings.redis().enabled()) {
      missing.remove(LayerName.REDIS);
    }
    if (settings.files().enabled()) {
      missing.remove(LayerName.FILE);
    }
    if (rule.layers().size() < LayerName.values().length && !missing.isEmpty()) {
      lines.add(
          name
              + " names a layer that is not enabled: "
              + missing.stream().map(LayerName::word).collect(Collectors.joining(", ")));
    }
    onTtl(name, rule);
  }

  private void onTtl(String name, Rule rule) {
    if (rule.ttl().isEmpty()) {
      return;
    }
    Duration ttl = rule.ttl().get();
    if (!rule.enabled() && !ttl.isZero()) {
      lines.add(name + " has a ttl, but is not enabled, so that nothing reaches it");
    } else if (ttl.compareTo(settings.cache().maxLife()) > 0) {
      lines.add(name + " has a ttl longer than max-life, so that nothing reaches it");
    } else if (isForErrorsAlone(rule.statusCodes()) && ttl.compareTo(ERROR_LIFE) > 0) {
      lines.add(name + " has a ttl that nothing reaches: errors live 10 s at most");
    } else if (!rule.statusCodes().isEmpty() && Set.of(206, 304).containsAll(rule.statusCodes())) {
      lines.add(name + " has a ttl that nothing reaches: it does not apply to 206 and 304");
    }
  }

  private static boolean isForErrorsAlone(Set<Integer> statusCodes) {
    return !statusCodes.isEmpty()
        && statusCodes.stream().allMatch(code -> code >= 400 && code != 404 && code != 410);
  }

  private void onHiding() {
    for (RuleSet.Hidden hidden : settings.ruleSet().hidden()) {
      lines.add("rule " + hidden.rule() + " governs nothing: rule " + hidden.by() + " hides it");
    }
  }

  private static String whom(Rule rule) {
    if (rule.shared()) {
      return "everyone";
    }
    return rule.identity().isPresent() ? "each identity" : "all that it matches";
  }

  private static String words(Set<Rule.Gate> gates) {
    return gates.stream().sorted().map(RuleFields::word).collect(Collectors.joining(", "));
  }
}
