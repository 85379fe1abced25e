package dev.terrace.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestHead;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Scope;
import dev.terrace.rules.Peer;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A lookup that is kept: what it must ask anew each time.
class HitLookupTest {
  private static final Peer PEER = new Peer("192.0.2.1", Peer.Trust.UNTRUSTED);

  private static FlowKit kit(String... fields) {
    return new FlowKit(request -> ScriptedOrigin.answer(200, "stored", fields));
  }

  private static HitLookup lookup(FlowKit kit, String... fields) {
    RequestHead request =
        new RequestHead(
            "GET", "http", "client.example", "/entry", Headers.of(fields), HttpVersion.HTTP_1_1);
    return kit.hits.lookup(request, PEER).orElseThrow();
  }

  @Test
  void it_finds_nothing_before_there_is_something_and_then_that() throws Exception {
    try (FlowKit kit = kit("Cache-Control", "max-age=60")) {
      HitLookup lookup = lookup(kit);
      assertThat(lookup.find()).isEmpty();
      kit.get("/entry");
      assertThat(lookup.find()).isPresent();
    }
  }

  @Test
  void age_and_freshness_are_those_of_now() throws Exception {
    try (FlowKit kit = kit("Cache-Control", "max-age=60")) {
      kit.get("/entry");
      HitLookup lookup = lookup(kit);
      assertThat(lookup.find().orElseThrow().ageSeconds()).isZero();
      kit.pass(Duration.ofSeconds(59));
      assertThat(lookup.find().orElseThrow().ageSeconds()).isEqualTo(59);
      assertThat(lookup.find().orElseThrow().ttlSeconds()).isEqualTo(1);
      kit.pass(Duration.ofSeconds(1));
      assertThat(lookup.find()).isEmpty();
    }
  }

  @Test
  void a_purge_counts_at_once_and_what_is_fetched_after_it_is_found() throws Exception {
    for (Mode mode : Mode.values()) {
      try (FlowKit kit = kit("Cache-Control", "max-age=60")) {
        kit.get("/entry");
        HitLookup lookup = lookup(kit);
        assertThat(lookup.find()).isPresent();
        kit.purges.purge(new Scope.Everything(), mode);
        assertThat(lookup.find()).isEmpty();
        kit.get("/entry");
        assertThat(lookup.find()).isPresent();
      }
    }
  }

  @Test
  void variants_are_chosen_by_the_fields_that_it_was_made_with() throws Exception {
    try (FlowKit kit = kit("Cache-Control", "max-age=60", "Vary", "Accept-Language")) {
      kit.get("/entry", "Accept-Language", "de");
      HitLookup german = lookup(kit, "Accept-Language", "de");
      HitLookup french = lookup(kit, "Accept-Language", "fr");
      assertThat(german.find()).isPresent();
      assertThat(french.find()).isEmpty();
    }
  }

  @Test
  void once_the_policies_are_replaced_it_finds_nothing_ever_again() throws Exception {
    try (FlowKit kit = kit("Cache-Control", "max-age=60")) {
      kit.get("/entry");
      HitLookup lookup = lookup(kit);
      assertThat(lookup.find()).isPresent();
      kit.rules();
      assertThat(lookup.find()).isEmpty();
      assertThat(lookup(kit).find().map(PlainHit::ageSeconds)).isEqualTo(Optional.of(0L));
      assertThat(lookup.find()).isEmpty();
    }
  }
}
