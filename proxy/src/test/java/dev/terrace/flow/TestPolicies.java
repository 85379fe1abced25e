package dev.terrace.flow;

import dev.terrace.rules.ClientView;
import dev.terrace.rules.Forwarding;
import dev.terrace.rules.IntakePolicy;
import dev.terrace.rules.Invalidation;
import dev.terrace.rules.KeyPolicy;
import dev.terrace.rules.ReusePolicy;
import dev.terrace.rules.Rule;
import dev.terrace.rules.RuleSet;
import dev.terrace.rules.Secrets;
import dev.terrace.rules.StorePolicy;
import dev.terrace.rules.UrlKey;
import dev.terrace.rules.VaryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// The default policies before http://target.example.
final class TestPolicies {
  private static final Set<String> CACHEABLE = Set.of("GET", "HEAD");

  /// Suspects are confirmed by their validators, and are worth nothing where the target fails.
  static final ReusePolicy.Settings REUSE =
      new ReusePolicy.Settings(
          ReusePolicy.ClientCacheControl.HONOUR,
          Duration.ofSeconds(60),
          ReusePolicy.Suspects.REVALIDATE,
          ReusePolicy.FailingTarget.NOTHING);

  private TestPolicies() {}

  static Policies of(ReusePolicy.Settings reuse, Rule... rules) {
    Secrets secrets = new Secrets(Set.of(), "", "test:");
    ClientView view =
        new ClientView(
            new ClientView.Settings(
                "http", "target.example", "", "", ClientView.TagFields.REMOVED));
    return new Policies(
        new IntakePolicy(
            new IntakePolicy.Settings(
                "http", "target.example", "", "", false, true, List.of(), "terrace-test")),
        new RuleSet(List.of(rules), CACHEABLE),
        new KeyPolicy(new KeyPolicy.Settings(CACHEABLE, List.of(), true), secrets),
        new VaryPolicy(secrets),
        new StorePolicy(
            new StorePolicy.Settings(
                Duration.ZERO, 0.1, StorePolicy.SetCookie.NEVER, Duration.ofDays(30), CACHEABLE)),
        new ReusePolicy(reuse),
        new Invalidation(
            view, head -> Set.of(new UrlKey("target.example", head.target())), CACHEABLE),
        new Forwarding(false, "terrace-test"),
        view,
        secrets);
  }
}
