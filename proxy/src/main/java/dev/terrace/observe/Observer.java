package dev.terrace.observe;

/// Takes events. Called on event loops and request threads alike: it never blocks, never throws.
@FunctionalInterface
public interface Observer {
  void on(Event event);

  /// Of nothing.
  Observer NONE = event -> {};
}
