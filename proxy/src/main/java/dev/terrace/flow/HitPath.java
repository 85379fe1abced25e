package dev.terrace.flow;

import dev.terrace.http.Headers;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import dev.terrace.layer.Entry;
import dev.terrace.layer.LayerStack.Found;
import dev.terrace.layer.OpenBody;
import dev.terrace.layer.StoredResponse;
import dev.terrace.rules.Admission;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.Intake;
import dev.terrace.rules.KeyDecision;
import dev.terrace.rules.KeyPolicy;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.Peer;
import dev.terrace.rules.ReuseDecision;
import dev.terrace.rules.ReusePolicy.Judgement;
import dev.terrace.rules.Rule;
import dev.terrace.rules.VariantKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The part of the story that an event loop may tell: a GET that memory, or a file that is open and
/// verified, answers, fresh and whole. Everything else, and everything in doubt, is left to
/// [CacheFlow], which decides by the same policies. It waits for nothing but memory
/// (docs/decisions/open-files.md says why that holds for files); safe for use by any thread.
public final class HitPath {
  private static final KeyPolicy.Body NO_BODY = new KeyPolicy.Body.None();
  private static final ByteBuffer IN_FILE = ByteBuffer.allocate(0);

  private final Parts parts;

  public HitPath(Parts parts) {
    this.parts = parts;
  }

  /// @param request checked, and without a body
  /// @return empty if the full lane is to answer, whatever the layers hold
  public Optional<HitLookup> lookup(RequestHead request, Peer peer) {
    if (!request.isGet() || asksForMore(request.headers())) {
      return Optional.empty();
    }
    Policies policies = parts.policies().get();
    return policies.intake().admit(request, peer) instanceof Admission.Admitted(Intake intake)
        ? lookup(policies, intake)
        : Optional.empty();
  }

  private Optional<HitLookup> lookup(Policies policies, Intake intake) {
    Optional<Rule> governing = policies.rules().governing(intake);
    if (!(policies.keys().key(intake, governing, NO_BODY) instanceof KeyDecision.Keyed keyed)) {
      return Optional.empty();
    }
    Headers fields = intake.request().headers();
    return Optional.of(
        new Lookup(
            parts,
            policies,
            intake,
            governing,
            governing.map(Rule::layers).orElse(Call.ALL_LAYERS),
            keyed.key(),
            variant -> policies.vary().matches(variant, fields)));
  }

  private record Lookup(
      Parts parts,
      Policies policies,
      Intake intake,
      Optional<Rule> governing,
      Set<LayerName> layers,
      CacheKey key,
      Predicate<VariantKey> accepts)
      implements HitLookup {
    // Whether they are the same object is the question: policies are replaced as a whole.
    @SuppressWarnings("ReferenceEquality")
    @Override
    public Optional<PlainHit> find() {
      if (parts.policies().get() != policies) {
        return Optional.empty();
      }
      Instant now = parts.clock().instant();
      Found found = parts.layers().findPromptly(key, accepts, now, layers).orElse(null);
      if (found == null || found.judgement() != Judgement.CURRENT) {
        return Optional.empty();
      }
      return plain(now, found.response(), found.layer());
    }

    private Optional<PlainHit> plain(Instant now, StoredResponse stored, LayerName layer) {
      Entry entry = stored.entry();
      Optional<ByteBuffer> body = stored.body().inMemory();
      Optional<OpenBody> file = body.isPresent() ? Optional.empty() : stored.body().inOpenFile();
      if (!entry.isUnderGateOf(governing)
          || (body.isEmpty() && file.isEmpty())
          || !(policies
                  .reuse()
                  .decide(now, intake.request(), governing, entry.head(), Judgement.CURRENT)
              instanceof ReuseDecision.Serve(Duration age, ReuseDecision.State state))
          || state != ReuseDecision.State.FRESH) {
        return Optional.empty();
      }
      HitHead head = head(policies, intake, governing, stored, layer);
      if (head == null) {
        return Optional.empty();
      }
      long ttl = Reply.ttlSeconds(entry.head(), now);
      return Optional.of(
          new PlainHit(
              stored, layer, body.orElse(IN_FILE), file, head, age.toSeconds(), Math.max(0, ttl)));
    }
  }

  /// The encoded head, made at the first hit and kept with the response for as long as the same
  /// policies and rule hold.
  // Whether it is the same object is the question: policies are replaced as a whole.
  @SuppressWarnings("ReferenceEquality")
  private static @Nullable HitHead head(
      Policies policies,
      Intake intake,
      Optional<Rule> governing,
      StoredResponse stored,
      LayerName layer) {
    if (stored.derived() instanceof Kept kept
        && kept.policies() == policies
        && kept.governing().equals(governing)) {
      return kept.head();
    }
    ResponseHead response = stored.entry().head().response();
    // What a Location looks like depends on the request: that is not for keeping.
    if (response.status() != 200 || response.headers().contains("Location")) {
      return null;
    }
    Headers view = policies.view().of(intake, governing, response.headers());
    HitHead head =
        new HitHead(view, stored.body().bytes(), governing.map(Rule::label).orElse(""), layer);
    stored.keep(new Kept(policies, governing, head));
    return head;
  }

  private record Kept(Policies policies, Optional<Rule> governing, HitHead head) {}

  /// Whether some field asks for what a plain hit is not: a part, a condition, a demand, a body.
  private static boolean asksForMore(Headers fields) {
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.name(i);
      boolean more =
          switch (name.charAt(0) | 0x20) {
            case 'c' ->
                name.equalsIgnoreCase("Cache-Control") || name.equalsIgnoreCase("Content-Length");
            case 'e' -> name.equalsIgnoreCase("Expect");
            case 'i' -> name.regionMatches(true, 0, "If-", 0, 3);
            case 'p' -> name.equalsIgnoreCase("Pragma");
            case 'r' -> name.equalsIgnoreCase("Range");
            case 't' -> name.equalsIgnoreCase("Transfer-Encoding");
            case 'u' -> name.equalsIgnoreCase("Upgrade");
            default -> false;
          };
      if (more) {
        return true;
      }
    }
    return false;
  }
}
