package dev.terrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.Run;
import dev.terrace.rules.Rule;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The four environments of the proposal's use cases, as written.
class ProposalUseCasesTest {
  @Test
  void high_traffic_api_gateway() {
    Command.Serve serve =
        serve(
            Map.of(
                "ENABLE_REDIS", "true",
                "REDIS_HOST", "redis-cluster.prod.com",
                "CACHE_MAX_SIZE", "100000",
                "CACHE_RULES",
                    """
                    [
                      {
                        "pattern": "*/api/users/*",
                        "ttl": 900,
                        "methods": ["GET"]
                      },
                      {
                        "pattern": "*/api/search*",
                        "ttl": 300,
                        "methods": ["GET", "POST"]
                      }
                    ]"""));

    List<Rule> rules = serve.settings().cache().rules();
    assertThat(serve.settings().memory().maxEntries()).isEqualTo(100_000);
    assertThat(rules).hasSize(2);
    assertThat(rules.getFirst().pattern().text()).isEqualTo("*/api/users/*");
    assertThat(rules.getFirst().ttl()).contains(Duration.ofMinutes(15));
    assertThat(rules.getFirst().methods()).containsExactly("GET");
    assertThat(rules.getLast().methods()).containsExactlyInAnyOrder("GET", "POST");
    assertThat(serve.warnings())
        .containsExactly("rule 1 names POST: a POST that repeats one does not reach the target");
  }

  @Test
  void microservices_bff() {
    Command.Serve serve =
        serve(
            Map.of(
                "ENABLE_REDIS", "true",
                "REDIS_KEY_PREFIX", "user-service:cache:",
                "CACHE_RULES",
                    """
                    [
                      {
                        "pattern": "*/profile/*",
                        "ttl": 1800,
                        "conditions": {
                          "headers": {"x-user-id": "*"}
                        }
                      }
                    ]"""));

    Rule rule = serve.settings().cache().rules().getFirst();
    assertThat(rule.ttl()).contains(Duration.ofMinutes(30));
    assertThat(rule.headerConditions()).containsOnlyKeys("x-user-id");
    assertThat(serve.settings().redis().keyPrefix()).isEqualTo("user-service:cache:");
    assertThat(serve.warnings()).isEmpty();
  }

  @Test
  void content_delivery_optimization() {
    Command.Serve serve =
        serve(
            Map.of(
                "ENABLE_REDIS", "true",
                "REDIS_DB", "1",
                "CACHE_RULES",
                    """
                    [
                      {
                        "pattern": "*/static/*",
                        "ttl": 86400,
                        "methods": ["GET"]
                      },
                      {
                        "pattern": "*/api/content/*",
                        "ttl": 3600,
                        "conditions": {
                          "statusCodes": [200, 304],
                          "minSize": 1024
                        }
                      }
                    ]"""));

    Rule rule = serve.settings().cache().rules().getLast();
    assertThat(rule.statusCodes()).containsExactlyInAnyOrder(200, 304);
    assertThat(rule.minBytes()).isEqualTo(1024);
    assertThat(serve.settings().redis().db()).isEqualTo(1);
    assertThat(serve.warnings()).isEmpty();
  }

  @Test
  void development_environment() {
    Command.Serve serve =
        serve(
            Map.of(
                "ENABLE_REDIS", "true",
                "REDIS_HOST", "localhost",
                "REDIS_PORT", "6379",
                "CACHE_TTL", "300",
                "CACHEABLE_METHODS", "GET,POST"));

    assertThat(serve.settings().cache().ttl()).isEqualTo(Duration.ofMinutes(5));
    assertThat(serve.settings().cache().cacheableMethods())
        .containsExactlyInAnyOrder("GET", "HEAD", "POST");
    assertThat(serve.warnings())
        .containsExactly(
            "CACHEABLE_METHODS names POST: a POST that repeats one does not reach the target");
  }

  @Test
  void redis_that_is_switched_off_is_not_warned_of() {
    assertThat(serve(Map.of("ENABLE_REDIS", "false", "REDIS_HOST", "localhost")).warnings())
        .isEmpty();
  }

  private static Command.Serve serve(Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("TARGET_URL", "http://localhost:9");
    return Run.of(all).serve();
  }
}
