package dev.terrace.redis;

import java.util.Optional;

final class ServerChecks {
  ServerChecks(Tools tools) {}

  void check(Node node, Optional<String> mode) {}
}
