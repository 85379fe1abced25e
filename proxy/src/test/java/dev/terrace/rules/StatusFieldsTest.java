package dev.terrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.StructuredField;
import dev.terrace.rules.CacheStatus.Fetching;
import dev.terrace.rules.CacheStatus.Storing;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Cache-Status (RFC 9211) and Proxy-Status (RFC 9209): what Terrace says of its answers.
final class StatusFieldsTest {
  @Test
  void aHitTellsItsLayerAndTimeLeft() {
    assertThat(status(Optional.empty(), Storing.NOT_STORED, Fetching.OWN, 512, "memory"))
        .hasToString("terrace; hit; ttl=512; detail=memory");
    assertThat(status(Optional.empty(), Storing.NOT_STORED, Fetching.OWN, -10, "two words"))
        .hasToString("terrace; hit; ttl=-10; detail=\"two words\"");
  }

  @ParameterizedTest
  @EnumSource(MissReason.class)
  void aMissTellsItsReasonAndWhatBecameOfIt(MissReason reason) {
    CacheStatus status =
        status(Optional.of(reason), Storing.STORED, Fetching.COLLAPSED, 60, "heuristic");
    assertThat(status)
        .hasToString(
            "terrace; fwd=" + reason.word() + "; stored; collapsed; ttl=60; detail=heuristic");
    assertThat(StructuredField.list(status.toString())).isPresent();
  }

  @Test
  void whatIsNotKnownIsLeftOut() {
    assertThat(
            new CacheStatus(
                Optional.of(MissReason.STALE),
                OptionalInt.of(304),
                Storing.NOT_STORED,
                Fetching.OWN,
                OptionalLong.empty(),
                Optional.empty()))
        .hasToString("terrace; fwd=stale; fwd-status=304");
  }

  private static CacheStatus status(
      Optional<MissReason> reason,
      Storing storing,
      Fetching fetching,
      long ttlSeconds,
      String detail) {
    return new CacheStatus(
        reason,
        OptionalInt.empty(),
        storing,
        fetching,
        OptionalLong.of(ttlSeconds),
        Optional.of(detail));
  }

  @ParameterizedTest
  @EnumSource(ProxyStatus.Type.class)
  void anErrorTellsItsTypeAndDetails(ProxyStatus.Type type) {
    String value = new ProxyStatus(type, "connect \"refused\"").toString();
    assertThat(value)
        .isEqualTo("terrace; error=" + type.word() + "; details=\"connect \\\"refused\\\"\"");
    assertThat(StructuredField.list(value)).isPresent();
  }
}
