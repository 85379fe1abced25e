package dev.terrace.layer;

import java.io.IOException;

/// Stored bytes are no entry: corrupt, truncated, forged, or of another version.
public final class MalformedEntryException extends IOException {
  private static final long serialVersionUID = 1;

  public MalformedEntryException(String message) {
    super(message);
  }
}
