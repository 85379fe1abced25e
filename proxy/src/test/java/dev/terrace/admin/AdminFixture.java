package dev.terrace.admin;

import dev.terrace.config.Command;
import dev.terrace.config.Settings;
import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestCheck;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import dev.terrace.layer.Entry;
import dev.terrace.layer.Eviction;
import dev.terrace.layer.Opening;
import dev.terrace.layer.WarmUp;
import dev.terrace.layer.memory.MemoryLayer;
import dev.terrace.observe.Event;
import dev.terrace.observe.Metrics;
import dev.terrace.purge.Fenced;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.Purger;
import dev.terrace.purge.Scope;
import dev.terrace.purge.Standing;
import dev.terrace.purge.Verdict;
import dev.terrace.rules.Admission;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.Expiry;
import dev.terrace.rules.Intake;
import dev.terrace.rules.IntakePolicy;
import dev.terrace.rules.KeyDecision;
import dev.terrace.rules.KeyPolicy;
import dev.terrace.rules.Peer;
import dev.terrace.rules.Rule;
import dev.terrace.rules.Secrets;
import dev.terrace.rules.StoreDecision;
import dev.terrace.rules.StorePolicy;
import dev.terrace.rules.VaryPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An admin API over the real policies, purge tables and memory layer, with a clock of its own.
final class AdminFixture {
  static final Instant START = Instant.parse("2026-11-24T06:40:00Z");
  private static final String TARGET = "http://api.example.com";

  /// What the admin API told of, answers aside.
  final List<Event> events = new ArrayList<>();

  final List<Event.Answered> answered = new ArrayList<>();
  final List<String> notReadyFor = new ArrayList<>();
  final AdminApi api;

  /// While it is, purges are in force, but not durable.
  boolean diskIsGone;

  private final Settings settings;
  private final PurgeTable purges = new PurgeTable(1);
  private final MemoryLayer memory;
  private final Secrets secrets;
  private final KeyPolicy keys;
  private final StorePolicy storing;
  private Instant now = START;

  /// @param flags beside `--target-url`, which may be among them
  AdminFixture(String... flags) {
    settings = settings(flags);
    secrets = settings.secrets();
    keys = new KeyPolicy(settings.keyPolicy(), secrets);
    storing = new StorePolicy(settings.storePolicy());
    InstantSource clock = () -> now;
    memory =
        new MemoryLayer(
            new MemoryLayer.Settings(1_000, 1 << 20, Eviction.LRU, 64),
            new Expiry(Duration.ofMinutes(1), Duration.ofDays(30)),
            clock);
    Metrics metrics = new Metrics("test");
    AtomicInteger ids = new AtomicInteger();
    api =
        new AdminApi(
            AdminSettings.of(settings),
            new AdminParts(
                List.of(memory),
                purges,
                purger(),
                Optional.empty(),
                Optional.empty(),
                settings::ruleSet,
                new RequestCheck(settings.requestLimits()),
                settings.intakePolicy(),
                keys,
                storing,
                secrets,
                metrics,
                this::observe,
                () -> notReadyFor,
                () -> WarmUp.Progress.OFF,
                () -> "purge-" + ids.incrementAndGet(),
                "here",
                clock));
  }

  private Purger purger() {
    return new Purger() {
      @Override
      public void purge(String id, List<Scope> scopes, PurgeTable.Mode mode) {
        purges.purge(id, scopes, mode);
      }

      @Override
      public Standing standing(String id) {
        return new Standing(!diskIsGone, Standing.Logged.NOT_SHARED, true, List.of());
      }
    };
  }

  private static Settings settings(String... flags) {
    List<String> arguments = new ArrayList<>(List.of(flags));
    if (!arguments.contains("--target-url")) {
      arguments.addAll(List.of("--target-url", TARGET));
    }
    return switch (Command.parse(arguments, Map.of(), 1L << 30, "test")) {
      case Command.Serve(Settings settings, var warnings) -> settings;
      case Command.Refuse(List<String> lines) -> throw new AssertionError(lines);
      case Command.Show show -> throw new AssertionError(show);
      case Command.Health health -> throw new AssertionError(health);
      case Command.Demo demo -> throw new AssertionError(demo);
    };
  }

  private void observe(Event event) {
    if (event instanceof Event.Answered answer) {
      answered.add(answer);
    } else {
      events.add(event);
    }
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  /// Answers a request of the operator on this machine.
  FakeExchange call(String method, String target, String... fields) {
    return callFrom("127.0.0.1", method, "localhost:4000", target, fields);
  }

  FakeExchange post(String target, String json) {
    return callWithBody("POST", target, json, "Content-Type", "application/json");
  }

  FakeExchange callWithBody(String method, String target, String body, String... fields) {
    return answered(
        new FakeExchange(head(method, "localhost:4000", target, fields), "127.0.0.1", body));
  }

  FakeExchange callFrom(String peer, String method, String host, String target, String... fields) {
    return answered(new FakeExchange(head(method, host, target, fields), peer, ""));
  }

  private FakeExchange answered(FakeExchange exchange) {
    api.handle(exchange);
    return exchange;
  }

  private static RequestHead head(String method, String host, String target, String... fields) {
    return new RequestHead(method, "http", host, target, Headers.of(fields), HttpVersion.HTTP_1_1);
  }

  JsonNode get(String target) {
    FakeExchange exchange = call("GET", target);
    if (exchange.status() != 200) {
      throw new AssertionError(exchange.status() + " " + exchange.answer());
    }
    return json(exchange);
  }

  static JsonNode json(FakeExchange exchange) {
    return JsonMapper.shared().readTree(exchange.answer());
  }

  /// Stores an answer of the target to a GET as the flow would.
  ///
  /// @param fields of the answer
  /// @return the entry
  Entry store(String host, String target, Headers request, String... fields) throws IOException {
    Intake intake =
        admitted(new RequestHead("GET", "http", host, target, request, HttpVersion.HTTP_1_1));
    Optional<Rule> governing = settings.ruleSet().governing(intake);
    KeyDecision decision = keys.key(intake, governing, new KeyPolicy.Body.None());
    CacheKey key = ((KeyDecision.Keyed) decision).key();
    ResponseHead response = new ResponseHead(200, Headers.of(fields));
    StoreDecision.Store stored =
        (StoreDecision.Store) storing.decide(intake, governing, response, now, now);
    Entry entry =
        new Entry(
            key,
            new VaryPolicy(secrets).variant(stored.varyNames(), intake.request().headers()),
            stored.head(),
            new Fenced(purges.capture(), key.url(), stored.tags()),
            stored.gateDigest());
    ByteBuffer body = ByteBuffer.wrap("body".getBytes(StandardCharsets.UTF_8));
    var writer = ((Opening.Writing) memory.open(entry, body.remaining())).writer();
    writer.write(body);
    writer.commit();
    return entry;
  }

  /// An answer with a lifetime of a minute.
  Entry store(String target) throws IOException {
    return store("localhost:4000", target, Headers.EMPTY, "Cache-Control", "max-age=60");
  }

  /// An answer with a lifetime of a minute and these tags.
  Entry storeTagged(String target, String tags) throws IOException {
    return store(
        "localhost:4000",
        target,
        Headers.EMPTY,
        "Cache-Control",
        "max-age=60",
        "Surrogate-Key",
        tags);
  }

  Verdict judge(Entry entry) {
    return purges.judge(entry.fenced());
  }

  private Intake admitted(RequestHead head) {
    Peer peer = new Peer("127.0.0.1", Peer.Trust.UNTRUSTED);
    return switch (new IntakePolicy(settings.intakePolicy()).admit(head, peer)) {
      case Admission.Admitted(Intake intake) -> intake;
      case Admission.Rejected rejected -> throw new AssertionError(rejected);
    };
  }
}
