package dev.terrace.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrace.Terrace;
import dev.terrace.config.Command;
import dev.terrace.config.Secret;
import dev.terrace.conformance.Scenario.Protocol;
import dev.terrace.conformance.Scenario.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.SocketFactory;

/// A Terrace between a scripted target and clients, with a clock that the scenario moves.
final class Stage implements AutoCloseable {
  private static final Instant START = Instant.parse("2026-03-02T10:00:00Z");
  private static final long HEAP_BYTES = 256L << 20;
  private static final String FOLLOWERS = "terrace_fetch_followers_total";

  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static final Pattern ID = Pattern.compile("\"id\" : \"([^\"]+)\"");

  private final Protocol protocol;
  private final AnsweringLayer layer;
  private final Certificate certificate;
  private final MovableClock clock = new MovableClock(START);
  private final ScriptedTarget target = new ScriptedTarget();
  private final Terrace terrace;
  private Http1Client admin;
  private final Path files;
  private final Optional<String> token;
  private long followersSeen;

  /// Without a Redis.
  Stage(Start start, Protocol protocol, AnsweringLayer layer, Certificate certificate)
      throws IOException, InterruptedException {
    this(start, protocol, layer, certificate, 0);
  }

  /// @param redisPort of a Redis that stages share, each with a prefix of its own
  Stage(
      Start start, Protocol protocol, AnsweringLayer layer, Certificate certificate, int redisPort)
      throws IOException, InterruptedException {
    this.protocol = protocol;
    this.layer = layer;
    this.certificate = certificate;
    List<String> arguments = new ArrayList<>(List.of("--host", "127.0.0.1", "--port", "0"));
    if (start.flags().stream().noneMatch(flag -> flag.startsWith("--target-url="))) {
      arguments.addAll(List.of("--target-url", target.origin()));
    }
    if (protocol == Protocol.HTTP_2) {
      arguments.addAll(List.of("--tls-cert", certificate.chain().toString()));
      arguments.addAll(List.of("--tls-key", certificate.key().toString()));
    }
    files = Files.createTempDirectory("terrace-stage");
    switch (layer) {
      case MEMORY -> arguments.add("--enable-file-cache=false");
      case REDIS -> arguments.addAll(onRedis(redisPort));
      case FILE -> arguments.add("--file-cache-dir=" + files);
    }
    String other = layer == AnsweringLayer.REDIS ? "file" : "redis";
    start
        .flags()
        .forEach(
            flag ->
                arguments.add(
                    flag.replace("{target}", target.origin()).replace("{other-layer}", other)));
    Command command = Command.parse(arguments, start.environment(), HEAP_BYTES, "test");
    if (!(command instanceof Command.Serve(var settings, var warnings))) {
      target.close();
      throw new IllegalArgumentException("expected settings, got " + command);
    }
    token = settings.admin().token().map(Secret::text);
    terrace = Terrace.start(settings, "test", clock);
    admin = http1Client();
    if (layer == AnsweringLayer.REDIS) {
      // What is stored before the log is followed would be confirmed at its first use.
      awaitContact();
    }
  }

  private static List<String> onRedis(int port) {
    return List.of(
        "--enable-file-cache=false",
        "--enable-redis",
        "--redis-host=127.0.0.1",
        "--redis-port=" + port,
        "--redis-key-prefix=stage" + PREFIXES.incrementAndGet() + ":",
        "--redis-command-timeout=5s",
        // A purge returns once Redis has it: nobody else is to be waited for.
        "--purge-wait=10s");
  }

  /// Makes it as good as new: nothing is stored, the target is up and the clock where it began.
  void clear() throws IOException, InterruptedException {
    clock.set(START);
    // It may have been idle for longer than connections are kept.
    admin.close();
    admin = http1Client();
    target.up();
    target.endConnections();
    admin("DELETE", "/cache", "", 200);
    for (AnsweringLayer each : AnsweringLayer.values()) {
      admin("DELETE", "/cache/" + each.word(), "", 200);
    }
    followersSeen = metric(FOLLOWERS);
  }

  ScriptedTarget target() {
    return target;
  }

  MovableClock clock() {
    return clock;
  }

  int port() {
    return terrace.port();
  }

  /// What words in braces stand for.
  Map<String, String> names() {
    String scheme = protocol == Protocol.HTTP_2 ? "https" : "http";
    return Map.of(
        "layer",
        layer.word(),
        "purged",
        // With Redis a purge is in force here, and others are still waited for.
        layer == AnsweringLayer.REDIS ? "202" : "200",
        "target",
        target.origin(),
        "target-host",
        target.authority(),
        "scheme",
        scheme,
        "host",
        "localhost:" + terrace.port(),
        "proxy",
        scheme + "://localhost:" + terrace.port());
  }

  Client client() {
    return switch (protocol) {
      case HTTP_1 -> http1Client();
      case HTTP_2 -> new Http2Client(certificate.trust(), "https://localhost:" + terrace.port());
    };
  }

  /// One that speaks HTTP/1.1 whatever the stage is for.
  Http1Client http1Client() {
    return new Http1Client(sockets(), terrace.port());
  }

  List<Verb> verbs() {
    return List.of(
        Verb.of(
            "time passes ([0-9]+) (s|min|h|d)",
            (match, details) -> clock.pass(Words.duration(match.group(1), match.group(2)))),
        Verb.of(
            "the clock goes back ([0-9]+) (s|min|h|d)",
            (match, details) ->
                clock.pass(Words.duration(match.group(1), match.group(2)).negated())),
        Verb.of("purge everything", (match, details) -> admin("DELETE", "/cache", "", 200)),
        Verb.of("purge (/\\S*)", (match, details) -> admin("PURGE", match.group(1), "", 200)),
        Verb.of(
            "(soft )?purge (url|tag|prefix|pattern) (\\S+)",
            (match, details) ->
                purge(match.group(2), match.group(3), match.group(1) == null ? "false" : "true")),
        Verb.of("no fetch is under way", (match, details) -> awaitNoFetch()),
        Verb.of("[a-z]+ follows", (match, details) -> awaitFollowers(1)));
  }

  /// Makes the answering layer the first that holds anything.
  void beforeAsking() throws InterruptedException {
    switch (layer) {
      case MEMORY -> {
        // The first layer of all.
      }
      case REDIS -> {
        awaitWrites();
        awaitContact();
        admin("DELETE", "/cache/memory", "", 200);
      }
      case FILE -> {
        awaitWrites();
        admin("DELETE", "/cache/memory", "", 200);
      }
    }
  }

  /// What a fetch under way brings is written as it comes: that cannot be waited for. One whose
  /// answer is at its end is about to be over.
  private void awaitWrites() throws InterruptedException {
    Patience.until(
        () -> metric("terrace_fetches_in_flight") <= target.unanswered(),
        () -> "more fetches are under way than requests of the target");
    Patience.until(
        () ->
            metric("terrace_fetches_in_flight") > 0
                || metric("terrace_layer_queue_bytes{layer=\"" + layer.word() + "\"}") == 0,
        () -> "entries are still to be written");
  }

  /// Until Redis is read: not while the clock has moved past the lease, nor while a purge is not in
  /// its log. One more purge, of nothing, is through once all of that is over.
  private void awaitContact() throws InterruptedException {
    String nothing = "{\"tags\":[\"nothing-has-it\"]}";
    Matcher id = ID.matcher(ask("POST", "/cache/purge", nothing).body());
    assertThat(id.find()).isTrue();
    String receipt = "/cache/purges/" + id.group(1);
    Patience.until(
        () -> asked("GET", receipt, "").join().body().contains("\"redis\" : \"applied\""),
        () -> "Redis does not take a purge");
  }

  private void purge(String scope, String what, String soft) throws InterruptedException {
    String plural = scope.equals("prefix") ? "prefixes" : scope + "s";
    admin(
        "POST", "/cache/purge", "{\"%s\":[\"%s\"],\"soft\":%s}".formatted(plural, what, soft), 200);
  }

  private void awaitNoFetch() throws InterruptedException {
    Patience.until(
        () -> metric("terrace_fetches_in_flight") == 0, () -> "a fetch is still under way");
  }

  /// Waits until this many more requests have joined fetches that others began.
  void awaitFollowers(int count) throws InterruptedException {
    long expected = followersSeen + count;
    Patience.until(
        () -> metric(FOLLOWERS) >= expected,
        () -> expected + " followers are expected, there are " + metric(FOLLOWERS));
    followersSeen = expected;
  }

  private long metric(String name) {
    String text =
        admin.ask(new Ask("GET", "/metrics", "HTTP/1.1", List.of(), "")).done().join().body();
    return text.lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
        .sum();
  }

  private void admin(String method, String path, String json, int expected)
      throws InterruptedException {
    Answer answer = ask(method, path, json);
    // As {purged} has it.
    int status = answer.status() == 202 && layer == AnsweringLayer.REDIS ? 200 : answer.status();
    assertThat(status).as("%s %s: %s", method, path, answer).isEqualTo(expected);
  }

  private Answer ask(String method, String path, String json) throws InterruptedException {
    return Patience.of(asked(method, path, json), () -> "the admin API does not answer");
  }

  private CompletableFuture<Answer> asked(String method, String path, String json) {
    List<Field> fields = new ArrayList<>();
    if (!json.isEmpty()) {
      fields.add(new Field("Content-Type", "application/json"));
    }
    token.ifPresent(known -> fields.add(new Field("Authorization", "Bearer " + known)));
    return admin.ask(new Ask(method, path, "HTTP/1.1", fields, json)).done();
  }

  private SocketFactory sockets() {
    return protocol == Protocol.HTTP_2
        ? certificate.trust().getSocketFactory()
        : SocketFactory.getDefault();
  }

  @Override
  public void close() throws IOException {
    admin.close();
    terrace.close();
    target.close();
    try (Stream<Path> all = Files.walk(files)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
