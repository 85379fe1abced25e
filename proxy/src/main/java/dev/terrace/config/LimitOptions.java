package dev.terrace.config;

import java.time.Duration;

/// The rows of [Options] that bound what clients and answers may be.
final class LimitOptions {
  static final Rows LIMITS = new Rows(Section.LIMITS);

  static final Option<Long> MAX_TARGET_BYTES =
      LIMITS.row(
          "max-target-bytes",
          Kinds.size("256B", "256KiB"),
          "8KiB",
          "Length of a request target; past it 414.");
  static final Option<Long> MAX_HEAD_BYTES =
      LIMITS.row(
          "max-head-bytes",
          Kinds.size("1KiB", "1MiB"),
          "32KiB",
          "Length of a request's head; past it 431.");
  static final Option<Integer> MAX_FIELDS =
      LIMITS.row(
          "max-fields", Kinds.count(1, 10_000), "100", "Header fields of a request; past it 431.");
  static final Option<Integer> MAX_QUERY_PARAMETERS =
      LIMITS.row(
          "max-query-parameters",
          Kinds.count(0, 100_000),
          "256",
          "Query parameters of a request; past it 414.");
  static final Option<Long> MAX_BODY_BYTES =
      LIMITS.row(
          "max-body-bytes",
          Kinds.size("0", "1024GiB"),
          "0",
          "Length of a request's body; past it 413; 0: no limit.");
  static final Option<Duration> HEAD_TIMEOUT =
      LIMITS.duration(
          "head-timeout",
          "10s",
          "100ms",
          "1h",
          "Time for a request's head to arrive whole; past it 408.");
  static final Option<Long> MIN_BODY_RATE =
      LIMITS.row(
          "min-body-rate",
          Kinds.size("1B", "1GiB"),
          "1KiB",
          "Bytes a second of a request's body, once body-rate-grace is over; past it 408.");
  static final Option<Duration> BODY_RATE_GRACE =
      LIMITS.duration(
          "body-rate-grace", "5s", "0", "1h", "Time before min-body-rate is asked for.");
  static final Option<Duration> WRITE_TIMEOUT =
      LIMITS.duration(
          "write-timeout", "30s", "100ms", "1h", "Time that a client may leave an answer unread.");
  static final Option<Duration> IDLE_TIMEOUT =
      LIMITS.duration(
          "idle-timeout",
          "75s",
          "100ms",
          "1d",
          "Time that a connection without a request is kept.");
  static final Option<Integer> MAX_CONNECTIONS =
      LIMITS.row(
          "max-connections", Kinds.count(1, 1_000_000), "10000", "Connections of clients at once.");
  static final Option<Integer> MAX_REQUESTS =
      LIMITS.row(
          "max-requests",
          Kinds.count(1, 1_000_000),
          "20000",
          "Requests in work at once; past it 503.");
  static final Option<Integer> MAX_WAITING =
      LIMITS.row(
          "max-waiting",
          Kinds.count(1, 1_000_000),
          "10000",
          "Requests that wait for a connection to the target at once; past it 503.");
  static final Option<Integer> HTTP2_MAX_STREAMS =
      LIMITS.row(
          "http2-max-streams",
          Kinds.count(1, 10_000),
          "100",
          "Requests at once on one HTTP/2 connection.");
  static final Option<Integer> HTTP2_MAX_CONTROL_FRAMES =
      LIMITS.row(
          "http2-max-control-frames",
          Kinds.count(10, 1_000_000),
          "1000",
          "PING, SETTINGS and PRIORITY frames in 10 s; past it the connection is closed.");
  static final Option<Integer> HTTP2_MAX_RESETS =
      LIMITS.row(
          "http2-max-resets",
          Kinds.count(1, 1_000_000),
          "200",
          "Streams that a client resets in 30 s; past it the connection is closed.");
  static final Option<Long> TARGET_MAX_HEAD_BYTES =
      LIMITS.row(
          "target-max-head-bytes",
          Kinds.size("1KiB", "1MiB"),
          "64KiB",
          "Length of an answer's head; past it 502.");
  static final Option<Integer> TARGET_MAX_FIELDS =
      LIMITS.row(
          "target-max-fields",
          Kinds.count(1, 10_000),
          "200",
          "Header fields of an answer; past it 502.");
  static final Option<Integer> TARGET_HTTP2_MAX_CONNECTIONS =
      LIMITS.row(
          "target-http2-max-connections",
          Kinds.count(1, 10_000),
          "8",
          "Connections to the target over HTTP/2 at once.");
  static final Option<Integer> TARGET_HTTP2_MAX_STREAMS =
      LIMITS.row(
          "target-http2-max-streams",
          Kinds.count(1, 10_000),
          "100",
          "Requests at once on one of these.");
  static final Option<Integer> MAX_TUNNELS =
      LIMITS.row(
          "max-tunnels", Kinds.count(1, 65_535), "1024", "WebSocket tunnels at once; past it 503.");
  static final Option<Integer> MAX_VARIANTS =
      LIMITS.row(
          "max-variants", Kinds.count(1, 10_000), "64", "Variants (Vary) stored for one key.");
  static final Option<Integer> MAX_VARY_NAMES =
      LIMITS.row(
          "max-vary-names", Kinds.count(1, 100), "16", "Names in Vary; past it nothing is stored.");
  static final Option<Integer> MAX_TAGS =
      LIMITS.row(
          "max-tags",
          Kinds.count(1, 1_000),
          "128",
          "Tags of a response; past it nothing is stored.");
  static final Option<Integer> MAX_TAG_BYTES =
      LIMITS.row(
          "max-tag-bytes",
          Kinds.count(1, 4_096),
          "256",
          "Length of a tag; past it nothing is stored.");
  static final Option<Integer> MAX_SET_COOKIES =
      LIMITS.row(
          "max-set-cookies",
          Kinds.count(0, 1_000),
          "50",
          "Set-Cookie fields of a response; past it nothing is stored.");

  private LimitOptions() {}
}
