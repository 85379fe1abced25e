package dev.terrace.config;

/// The parts of the help and of the reference page, in their order.
enum Section {
  LISTENING("Listening"),
  TARGET("Target"),
  STORING("What is stored, and for how long"),
  KEYS("Keys and rules"),
  MEMORY("Memory layer"),
  REDIS("Redis layer"),
  PURGES("Purges that bind several instances"),
  FILE("File layer"),
  ADMIN("Admin API"),
  RUNNING("Log, file, start and stop"),
  LIMITS("Limits");

  private final String title;

  Section(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
