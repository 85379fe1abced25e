package dev.terrace.layer;

import org.jspecify.annotations.Nullable;

/// An entry with its body, as a layer found it. A layer in memory gives out the same object at
/// every lookup, so that what is derived from it once can stay with it. Safe for use by any thread.
public final class StoredResponse {
  private final Entry entry;
  private final StoredBody body;
  private volatile @Nullable Object derived;

  /// @param body to be opened as often as needed; each reader is closed by who opened it
  public StoredResponse(Entry entry, StoredBody body) {
    this.entry = entry;
    this.body = body;
  }

  public Entry entry() {
    return entry;
  }

  public StoredBody body() {
    return body;
  }

  /// What [#keep] was given last; null if nothing was. Who keeps something here knows it by its
  /// type.
  public @Nullable Object derived() {
    return derived;
  }

  /// Keeps something that can be derived from this response at any time, as its encoded head: a
  /// later value replaces it.
  public void keep(Object value) {
    derived = value;
  }
}
