package dev.terrace.observe;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.concurrent.atomic.LongAdder;

/// Durations counted in the buckets of `operator.md`, from 100 µs to 10 s. Recording is two
/// additions to striped counters, without a lock or an allocation; safe for use by any thread.
final class DurationHistogram {
  private static final long[] BOUNDS_MICROS = {
    100,
    250,
    500,
    1_000,
    2_500,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000
  };
  private static final double[] BOUNDS_SECONDS = boundsInSeconds();
  private static final double NANOS_PER_SECOND = 1e9;

  private final LongAdder[] counts = new LongAdder[BOUNDS_SECONDS.length];
  private final LongAdder sumNanos = new LongAdder();

  DurationHistogram() {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  void record(long durationNanos) {
    counts[bucket(durationNanos)].increment();
    sumNanos.add(durationNanos);
  }

  /// How many were recorded.
  long count() {
    long count = 0;
    for (LongAdder bucket : counts) {
      count += bucket.sum();
    }
    return count;
  }

  HistogramDataPointSnapshot snapshot(Labels labels) {
    long[] bucketCounts = new long[counts.length];
    for (int i = 0; i < counts.length; i++) {
      bucketCounts[i] = counts[i].sum();
    }
    return HistogramDataPointSnapshot.builder()
        .labels(labels)
        .classicHistogramBuckets(ClassicHistogramBuckets.of(BOUNDS_SECONDS, bucketCounts))
        .sum(sumNanos.sum() / NANOS_PER_SECOND)
        .build();
  }

  /// The first bucket whose bound is not below the duration. A hit ends in the first one, so that
  /// counting upwards beats a binary search.
  private static int bucket(long durationNanos) {
    int bucket = 0;
    while (bucket < BOUNDS_MICROS.length && durationNanos > BOUNDS_MICROS[bucket] * 1_000) {
      bucket++;
    }
    return bucket;
  }

  private static double[] boundsInSeconds() {
    double[] seconds = new double[BOUNDS_MICROS.length + 1];
    for (int i = 0; i < BOUNDS_MICROS.length; i++) {
      seconds[i] = BOUNDS_MICROS[i] / 1e6;
    }
    seconds[BOUNDS_MICROS.length] = Double.POSITIVE_INFINITY;
    return seconds;
  }
}
