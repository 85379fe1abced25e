package dev.terrace.flow;

import dev.terrace.rules.MissReason;
import dev.terrace.rules.VariantKey;
import java.util.function.Predicate;

/// Selects the variant that answers one request (RFC 9111 §4.1), and remembers whether there were
/// others. Used by one thread.
final class Selection implements Predicate<VariantKey> {
  private final Call call;
  private boolean refusedAny;

  Selection(Call call) {
    this.call = call;
  }

  @Override
  public boolean test(VariantKey variant) {
    boolean matches = call.policies().vary().matches(variant, call.fields());
    refusedAny |= !matches;
    return matches;
  }

  /// Why nothing was found, where nothing was.
  MissReason missReason() {
    return refusedAny ? MissReason.VARY_MISS : MissReason.URI_MISS;
  }
}
