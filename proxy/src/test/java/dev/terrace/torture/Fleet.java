package dev.terrace.torture;

import dev.terrace.Child;
import dev.terrace.QuickStart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// The instances, each of which can end and be started anew on its directory. One thread changes
/// them; any may look.
final class Fleet implements AutoCloseable {
  static final int SIZE = 3;

  /// Where every instance has this lease nobody needs to wait for a longer one.
  static final int LEASE_SECONDS = 2;

  /// Whose leases the instances wait for.
  enum Leases {
    /// Of [#LEASE_SECONDS] at the most.
    SHORT,
    /// As long as an option allows.
    ANY
  }

  private final QuickStart quickStart;
  private final List<List<String>> flags;
  private final List<String> jvmOptions = new ArrayList<>(List.of("-XX:+UseSerialGC"));
  private final AtomicReferenceArray<Optional<Child>> children = new AtomicReferenceArray<>(SIZE);
  private final List<String> said = new ArrayList<>();

  /// @param flags of each instance
  Fleet(QuickStart quickStart, List<List<String>> flags, Leases leases) {
    this.quickStart = quickStart;
    this.flags = flags;
    if (leases == Leases.SHORT) {
      jvmOptions.add("-Dterrace.longest-lease-seconds=" + LEASE_SECONDS);
    }
    for (int i = 0; i < SIZE; i++) {
      children.set(i, Optional.empty());
    }
  }

  /// Waits until it listens.
  void start(int instance) throws IOException {
    children.set(instance, Optional.of(Child.start(quickStart, jvmOptions, flags.get(instance))));
  }

  /// Where clients find it; empty while it does not run.
  Optional<Integer> port(int instance) {
    return children.get(instance).map(Child::port);
  }

  /// @param name `KILL`, `STOP`, `CONT`, or `TERM`
  void signal(int instance, String name) throws IOException, InterruptedException {
    children.get(instance).orElseThrow().signal(name);
  }

  /// Waits for the end of one that was sent a signal to end.
  void awaitEnd(int instance) throws InterruptedException {
    Child child = children.get(instance).orElseThrow();
    child.exitCode();
    children.set(instance, Optional.empty());
    keep(instance, child);
  }

  private synchronized void keep(int instance, Child child) {
    child.said().forEach(line -> said.add("instance " + instance + " said: " + line));
  }

  /// What they wrote.
  List<String> said() {
    for (int i = 0; i < SIZE; i++) {
      int instance = i;
      children.get(i).ifPresent(child -> keep(instance, child));
    }
    synchronized (this) {
      return List.copyOf(said);
    }
  }

  @Override
  public void close() {
    for (int i = 0; i < SIZE; i++) {
      children.get(i).ifPresent(Child::close);
    }
  }
}
