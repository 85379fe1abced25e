package dev.terrace;

import dev.terrace.config.Settings;
import dev.terrace.flow.Policies;
import dev.terrace.http.RequestHead;
import dev.terrace.rules.Admission;
import dev.terrace.rules.ClientView;
import dev.terrace.rules.Forwarding;
import dev.terrace.rules.IntakePolicy;
import dev.terrace.rules.Invalidation;
import dev.terrace.rules.KeyPolicy;
import dev.terrace.rules.Peer;
import dev.terrace.rules.ReusePolicy;
import dev.terrace.rules.RuleSet;
import dev.terrace.rules.Secrets;
import dev.terrace.rules.StorePolicy;
import dev.terrace.rules.UrlKey;
import dev.terrace.rules.VaryPolicy;
import java.util.Set;

/// Makes everything pure that requests are decided by from what the operator wants.
final class PolicySetup {
  private static final Peer UNTRUSTED = new Peer("", Peer.Trust.UNTRUSTED);

  private PolicySetup() {}

  static Policies of(Settings settings) {
    Secrets secrets = settings.secrets();
    IntakePolicy.Settings mapping = settings.intakePolicy();
    IntakePolicy intake = new IntakePolicy(mapping);
    RuleSet rules = settings.ruleSet();
    KeyPolicy keys = new KeyPolicy(settings.keyPolicy(), secrets);
    ClientView view =
        new ClientView(
            new ClientView.Settings(
                mapping.targetScheme(),
                mapping.targetHost(),
                mapping.basePath(),
                mapping.apiPrefix(),
                settings.cache().keepTagHeaders()
                    ? ClientView.TagFields.KEPT
                    : ClientView.TagFields.REMOVED));
    Invalidation invalidation =
        new Invalidation(
            view, head -> urlsOf(head, intake, rules, keys), settings.cache().cacheableMethods());
    return new Policies(
        intake,
        rules,
        keys,
        new VaryPolicy(secrets),
        new StorePolicy(settings.storePolicy()),
        new ReusePolicy(settings.reusePolicy()),
        invalidation,
        new Forwarding(mapping.forwardHost(), mapping.pseudonym()),
        view,
        secrets);
  }

  /// What a GET with this head may be stored under.
  private static Set<UrlKey> urlsOf(
      RequestHead head, IntakePolicy intake, RuleSet rules, KeyPolicy keys) {
    return switch (intake.admit(head, UNTRUSTED)) {
      case Admission.Admitted admitted -> keys.urls(admitted.intake(), rules.rules());
      case Admission.Rejected _ -> Set.of();
    };
  }
}
