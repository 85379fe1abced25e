package dev.terrace.layer;

import dev.terrace.rules.SkipReason;
import java.io.IOException;

/// A layer cannot go on storing a body, for a reason that lies in the body and not in the layer.
public final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  private final SkipReason reason;

  public RefusedException(SkipReason reason) {
    super(reason.word());
    this.reason = reason;
  }

  public SkipReason reason() {
    return reason;
  }
}
