package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.Headers;
import dev.terrace.http.StructuredField;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Cache-Status (RFC 9211) and Proxy-Status (RFC 9209): what Terrace says of its answers.
final class StatusFieldsTest {
  @Test
  void aHitTellsItsLayerAndTimeLeft() {
    assertThat(CacheStatus.hit(512, "memory")).hasToString("terrace; hit; ttl=512; detail=memory");
  }

  @Test
  void aStaleHitHasANegativeTimeLeft() {
    StoredHead stored = ReusePolicyTest.stored("Cache-Control: max-age=60", "");
    long ttl = CacheStatus.ttlSeconds(stored, Cases.NOW.plusSeconds(70));
    assertThat(CacheStatus.hit(ttl, "file")).hasToString("terrace; hit; ttl=-10; detail=file");
  }

  @ParameterizedTest
  @EnumSource(MissReason.class)
  void aMissTellsItsReason(MissReason reason) {
    assertThat(CacheStatus.forwarded(reason)).hasToString("terrace; fwd=" + reason.word());
  }

  @Test
  void aStoredMissTellsEverything() {
    StoreDecision store =
        new StoreDecision.Store(
            ReusePolicyTest.stored("Cache-Control: max-age=60", ""), List.of(), Set.of(), "");
    assertThat(
            CacheStatus.forwarded(MissReason.STALE)
                .withTargetStatus(304)
                .asCollapsed()
                .withDecision(store, Cases.NOW))
        .hasToString("terrace; fwd=stale; fwd-status=304; stored; collapsed; ttl=60");
  }

  @Test
  void aGuessedLifetimeIsMarked() {
    StoreDecision store =
        new StoreDecision.Store(
            ReusePolicyTest.stored("Last-Modified: {now-1000}", ""), List.of(), Set.of(), "");
    assertThat(CacheStatus.forwarded(MissReason.URI_MISS).withDecision(store, Cases.NOW))
        .hasToString("terrace; fwd=uri-miss; stored; ttl=100; detail=heuristic");
  }

  @ParameterizedTest
  @EnumSource(SkipReason.class)
  void whatIsNotStoredTellsWhy(SkipReason reason) {
    assertThat(
            CacheStatus.forwarded(MissReason.URI_MISS)
                .withDecision(new StoreDecision.Skip(reason), Cases.NOW))
        .hasToString("terrace; fwd=uri-miss; detail=" + reason.word());
  }

  @Test
  void membersOfCachesNearerToTheTargetStayInFront() {
    Headers headers = Headers.of("Cache-Status", "cdn; hit", "ETag", "\"a\"");
    Headers appended = CacheStatus.hit(5, "two words").appendedTo(headers);
    assertThat(appended.all("Cache-Status"))
        .containsExactly("cdn; hit", "terrace; hit; ttl=5; detail=\"two words\"");
    assertThat(StructuredField.list(appended.joined("Cache-Status").orElseThrow()).orElseThrow())
        .hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(ProxyStatus.Type.class)
  void anErrorTellsItsTypeAndDetails(ProxyStatus.Type type) {
    String value = new ProxyStatus(type, "connect \"refused\"").toString();
    assertThat(value)
        .isEqualTo("terrace; error=" + type.word() + "; details=\"connect \\\"refused\\\"\"");
    assertThat(StructuredField.list(value)).isPresent();
    assertThat(type.status()).isBetween(400, 599);
    assertThat(new ProxyStatus(type, "")).hasToString("terrace; error=" + type.word());
  }

  @Test
  void errorsHaveTheStatusThatTheirTypeCallsFor() {
    assertThat(ProxyStatus.Type.CONNECTION_REFUSED.status()).isEqualTo(502);
    assertThat(ProxyStatus.Type.HTTP_PROTOCOL_ERROR.status()).isEqualTo(502);
    assertThat(ProxyStatus.Type.HTTP_RESPONSE_TIMEOUT.status()).isEqualTo(504);
    assertThat(ProxyStatus.Type.CONNECTION_TIMEOUT.status()).isEqualTo(504);
    assertThat(ProxyStatus.Type.CONNECTION_LIMIT_REACHED.status()).isEqualTo(503);
    assertThat(ProxyStatus.Type.PROXY_LOOP_DETECTED.status()).isEqualTo(508);
  }

  @Test
  void timeLeftIsWhatFreshnessLeaves() {
    StoredHead stored = ReusePolicyTest.stored("Age: 20 & Cache-Control: max-age=60", "");
    assertThat(CacheStatus.ttlSeconds(stored, Cases.NOW)).isEqualTo(40);
    assertThat(stored.age(Cases.NOW)).isEqualTo(Duration.ofSeconds(20));
  }
}
