package dev.terrace.config;

import java.time.Duration;

/// The rows of [Options] that say how purges reach other instances, and what entries are worth
/// while they cannot.
final class PurgeOptions {
  static final Rows PURGES = new Rows(Section.PURGES);

  static final Option<RedisSettings.Outage> OUTAGE =
      PURGES.row(
          "redis-outage",
          Kinds.choice(RedisSettings.Outage.class),
          "serve",
          "What a hit is worth while purges of others cannot be heard of: serve answers,"
              + " revalidate asks the target first, revalidate-or-stale too, but answers where the"
              + " target fails.");
  static final Option<Duration> LEASE =
      PURGES.duration(
          "coherence-lease", "10s", "2s", "60s", "Time after which Redis counts as cut off.");
  static final Option<Duration> MEMBER_TIMEOUT =
      PURGES.duration(
          "member-timeout",
          "10m",
          "10s",
          "1d",
          "Silence of another instance after which purges no longer wait for it.");
  static final Option<Duration> PURGE_WAIT =
      PURGES.duration(
          "purge-wait",
          "250ms",
          "0",
          "30s",
          "Time that a purge waits for the other instances before it answers 202.");
  static final Option<RedisSettings.Suspects> SUSPECTS =
      PURGES.row(
          "suspects",
          Kinds.choice(RedisSettings.Suspects.class),
          "revalidate",
          "How an entry is confirmed that a purge may have covered: revalidate by its validators,"
              + " refetch without, for targets that keep an ETag over changed bytes.");

  private PurgeOptions() {}
}
