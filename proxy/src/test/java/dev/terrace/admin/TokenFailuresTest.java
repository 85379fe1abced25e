package dev.terrace.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class TokenFailuresTest {
  private static final Instant NOW = Instant.parse("2026-11-24T06:40:00Z");

  private final TokenFailures failures = new TokenFailures();

  @Test
  void tenFailuresWithinAMinuteBlockThePeerUntilItIsOver() {
    fail("192.0.2.1", 9);
    assertThat(failures.isBlocked("192.0.2.1", NOW)).isFalse();

    failures.record("192.0.2.1", NOW.plusSeconds(30));

    assertThat(failures.isBlocked("192.0.2.1", NOW.plusSeconds(59))).isTrue();
    assertThat(failures.isBlocked("192.0.2.1", NOW.plusSeconds(60))).isFalse();
  }

  @Test
  void anotherPeerIsNotBlocked() {
    fail("192.0.2.1", 10);
    assertThat(failures.isBlocked("192.0.2.2", NOW)).isFalse();
  }

  @Test
  void aMinuteThatIsOverIsForgotten() {
    fail("192.0.2.1", 9);
    failures.record("192.0.2.1", NOW.plusSeconds(61));
    assertThat(failures.isBlocked("192.0.2.1", NOW.plusSeconds(61))).isFalse();
  }

  @Test
  void addressesOfOneIpv6NetworkAreOnePeer() {
    for (int i = 0; i < 10; i++) {
      failures.record("2001:db8:0:1::" + i, NOW);
    }
    assertThat(failures.isBlocked("2001:db8:0:1:ffff::1", NOW)).isTrue();
    assertThat(failures.isBlocked("2001:db8:0:2::1", NOW)).isFalse();
  }

  @Test
  void theTableForgetsThePeerThatFailedLongestAgo() {
    fail("192.0.2.1", 10);
    for (int i = 1; i < TokenFailures.MAX_PEERS; i++) {
      failures.record("10.0." + i / 256 + "." + i % 256, NOW);
    }
    assertThat(failures.isBlocked("192.0.2.1", NOW)).isTrue();

    failures.record("10.9.9.9", NOW);

    assertThat(failures.isBlocked("192.0.2.1", NOW)).isFalse();
  }

  private void fail(String peer, int times) {
    for (int i = 0; i < times; i++) {
      failures.record(peer, NOW);
    }
  }
}
