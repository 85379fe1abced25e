package dev.terrace.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.http.HttpVersion;
import dev.terrace.observe.Event.LookupResult;
import dev.terrace.observe.Event.TargetResult;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.MissReason;
import dev.terrace.rules.SkipReason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class MetricsTest {
  private static final Pattern SAMPLE =
      Pattern.compile("(\\w+?)(_bucket|_count|_sum)?(?:\\{(.*)})? (\\S+)");

  /// The names and labels of `operator.md`, as Terrace has them now.
  private static final List<String> CONTRACT =
      List.of(
          "terrace_access_log_dropped_total",
          "terrace_build_info version",
          "terrace_config_last_reload_successful",
          "terrace_fetch_followers_total",
          "terrace_fetches_in_flight",
          "terrace_layer_breaker_state layer",
          "terrace_layer_bytes layer",
          "terrace_layer_entries layer",
          "terrace_layer_evictions_total layer cause",
          "terrace_layer_limit_bytes layer",
          "terrace_layer_lookup_duration_seconds layer result",
          "terrace_layer_queue_bytes layer",
          "terrace_layer_writes_given_up_total layer",
          "terrace_misses_total reason",
          "terrace_not_stored_total reason rule",
          "terrace_purges_total scope mode",
          "terrace_request_duration_seconds outcome layer",
          "terrace_requests_total outcome layer status_class",
          "terrace_target_request_duration_seconds result",
          "terrace_tls_certificate_not_after_seconds");

  private final Metrics metrics = new Metrics("1.2.3");

  @Test
  void namesAndLabelsAreThoseOfTheContract() {
    metrics.watch(LayerName.MEMORY, () -> new Metrics.LayerReading(1, 2, 3, 4, 0, 0, 0, 0));
    metrics.watchAccessLog(() -> 0);
    metrics.watchCertificate(() -> Instant.EPOCH);
    metrics.on(new Event.NotStored(SkipReason.NO_STORE, "0"));

    TreeMap<String, Set<String>> found = new TreeMap<>();
    for (String line : scrape()) {
      Matcher sample = SAMPLE.matcher(line);
      if (line.startsWith("terrace_") && sample.matches()) {
        found.computeIfAbsent(sample.group(1), name -> new TreeSet<>()).addAll(labels(sample));
      }
    }

    TreeMap<String, Set<String>> expected = new TreeMap<>();
    for (String row : CONTRACT) {
      List<String> words = List.of(row.split(" "));
      expected.put(words.getFirst(), new TreeSet<>(words.subList(1, words.size())));
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void jvmAndProcessMetricsAreThere() {
    assertThat(scrape())
        .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{"))
        .anyMatch(line -> line.startsWith("process_cpu_seconds_total "));
  }

  @Test
  void bucketsGoFromAHundredMicrosecondsToTenSeconds() {
    List<String> bounds = new ArrayList<>();
    for (String line : scrape()) {
      if (line.startsWith("terrace_request_duration_seconds_bucket{layer=\"memory\"")) {
        bounds.add(line.replaceAll(".*le=\"([^\"]*)\".*", "$1"));
      }
    }
    assertThat(bounds)
        .containsExactly(
            "1.0E-4", "2.5E-4", "5.0E-4", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05",
            "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "+Inf");
  }

  @Test
  void aHitOfTheFastLaneCountsAsItsEventWould() {
    metrics.hit(LayerName.MEMORY, 2, 250_000);
    metrics.on(answered(Outcome.HIT, Optional.of(LayerName.MEMORY), 304, 250_001));

    assertThat(scrape())
        .contains(
            "terrace_requests_total{layer=\"memory\",outcome=\"hit\",status_class=\"2xx\"} 1.0",
            "terrace_requests_total{layer=\"memory\",outcome=\"hit\",status_class=\"3xx\"} 1.0",
            bucket("1.0E-4") + " 0",
            bucket("2.5E-4") + " 1",
            bucket("5.0E-4") + " 2",
            "terrace_request_duration_seconds_count{layer=\"memory\",outcome=\"hit\"} 2",
            "terrace_request_duration_seconds_sum{layer=\"memory\",outcome=\"hit\"} 5.00001E-4");
  }

  @Test
  void everyEventIsCountedUnderItsLabels() {
    metrics.watch(
        LayerName.MEMORY, () -> new Metrics.LayerReading(7, 4_096, 65_536, 2, 3, 0, 5, 6));
    metrics.on(answered(Outcome.MISS, Optional.empty(), 503, 1));
    metrics.on(new Event.NotStored(SkipReason.VARY_STAR, "users"));
    metrics.on(new Event.LookedUp(LayerName.MEMORY, LookupResult.MISS, 5));
    metrics.on(new Event.TargetAsked(TargetResult.TIMED_OUT, 5));
    metrics.on(new Event.FetchBegan());
    metrics.on(new Event.FetchBegan());
    metrics.on(new Event.FetchEnded());
    metrics.on(new Event.FetchFollowed());
    metrics.on(new Event.Purged("tag", "soft"));

    assertThat(scrape())
        .contains(
            "terrace_requests_total{layer=\"none\",outcome=\"miss\",status_class=\"5xx\"} 1.0",
            "terrace_misses_total{reason=\"uri-miss\"} 1.0",
            "terrace_misses_total{reason=\"bypass\"} 0.0",
            "terrace_not_stored_total{reason=\"vary-star\",rule=\"users\"} 1.0",
            "terrace_layer_lookup_duration_seconds_count{layer=\"memory\",result=\"miss\"} 1",
            "terrace_target_request_duration_seconds_count{result=\"timed-out\"} 1",
            "terrace_fetches_in_flight 1.0",
            "terrace_fetch_followers_total 1.0",
            "terrace_purges_total{mode=\"soft\",scope=\"tag\"} 1.0",
            "terrace_purges_total{mode=\"hard\",scope=\"everything\"} 0.0",
            "terrace_layer_entries{layer=\"memory\"} 7.0",
            "terrace_layer_bytes{layer=\"memory\"} 4096.0",
            "terrace_layer_limit_bytes{layer=\"memory\"} 65536.0",
            "terrace_layer_evictions_total{cause=\"room\",layer=\"memory\"} 2.0",
            "terrace_layer_evictions_total{cause=\"corrupt\",layer=\"memory\"} 3.0",
            "terrace_layer_queue_bytes{layer=\"memory\"} 5.0",
            "terrace_layer_writes_given_up_total{layer=\"memory\"} 6.0",
            "terrace_build_info{version=\"1.2.3\"} 1");
  }

  @Test
  void nothingIsLostWhenManyThreadsCount() throws InterruptedException {
    int threads = 8;
    int hits = 20_000;
    CountDownLatch done = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      Thread.ofPlatform()
          .start(
              () -> {
                for (int hit = 0; hit < hits; hit++) {
                  metrics.hit(LayerName.MEMORY, 2, 1_000);
                }
                done.countDown();
              });
    }
    done.await();

    assertThat(scrape())
        .contains(
            "terrace_requests_total{layer=\"memory\",outcome=\"hit\",status_class=\"2xx\"} 160000.0");
  }

  private List<String> scrape() {
    return new String(metrics.scrape(), StandardCharsets.UTF_8).lines().toList();
  }

  private static String bucket(String bound) {
    return "terrace_request_duration_seconds_bucket{layer=\"memory\",outcome=\"hit\",le=\""
        + bound
        + "\"}";
  }

  private static Set<String> labels(Matcher sample) {
    Set<String> labels = new TreeSet<>();
    String text = sample.group(3);
    if (text != null) {
      Pattern.compile("(\\w+)=\"")
          .matcher(text)
          .results()
          .forEach(name -> labels.add(name.group(1)));
      labels.remove("le");
    }
    return labels;
  }

  private static Event.Answered answered(
      Outcome outcome, Optional<LayerName> layer, int status, long durationNanos) {
    return new Event.Answered(
        "192.0.2.1",
        "GET",
        "shop.example/a",
        HttpVersion.HTTP_1_1,
        status,
        10,
        outcome,
        layer,
        outcome == Outcome.MISS ? Optional.of(MissReason.URI_MISS) : Optional.empty(),
        "",
        "",
        -1,
        -1,
        durationNanos,
        -1,
        "");
  }
}
