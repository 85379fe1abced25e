package dev.terrace.benchmarks;

import dev.terrace.config.Command;
import dev.terrace.config.Settings;
import dev.terrace.flow.HitLookup;
import dev.terrace.flow.HitPath;
import dev.terrace.flow.Parts;
import dev.terrace.flow.PlainHit;
import dev.terrace.flow.Policies;
import dev.terrace.http.Headers;
import dev.terrace.http.HttpVersion;
import dev.terrace.http.RequestCheck;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import dev.terrace.layer.Entry;
import dev.terrace.layer.Eviction;
import dev.terrace.layer.LayerStack;
import dev.terrace.layer.Opening;
import dev.terrace.layer.memory.MemoryLayer;
import dev.terrace.origin.Origin;
import dev.terrace.origin.OriginRequest;
import dev.terrace.origin.OriginResult;
import dev.terrace.purge.Coherence;
import dev.terrace.purge.Fenced;
import dev.terrace.purge.PurgeTable;
import dev.terrace.rules.Admission;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.ClientView;
import dev.terrace.rules.Expiry;
import dev.terrace.rules.Forwarding;
import dev.terrace.rules.IntakePolicy;
import dev.terrace.rules.Invalidation;
import dev.terrace.rules.KeyDecision;
import dev.terrace.rules.KeyPolicy;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.Lifetime;
import dev.terrace.rules.LifetimeSource;
import dev.terrace.rules.Peer;
import dev.terrace.rules.ReusePolicy;
import dev.terrace.rules.Secrets;
import dev.terrace.rules.StorePolicy;
import dev.terrace.rules.StoredHead;
import dev.terrace.rules.VariantKey;
import dev.terrace.rules.VaryPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What a memory hit costs from the decoded fields to the encoded head: check, key, lookup,
/// decision, head; each of the first two by itself, too. Sockets and codec are not in it.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class HitBenchmark {
  private static final String TARGET = "/products/1?page=2";
  private static final Peer PEER = new Peer("192.0.2.1", Peer.Trust.UNTRUSTED);
  private static final KeyPolicy.Body NO_BODY = new KeyPolicy.Body.None();
  private static final Duration LIFE = Duration.ofHours(1);

  private final Headers fields =
      Headers.of(
          "Host", "client.example",
          "User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
          "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
          "Accept-Language", "en-GB,en;q=0.8,de;q=0.5",
          "Accept-Encoding", "gzip, deflate, br");
  private final byte[] head = new byte[4 << 10];
  private final RequestCheck check;
  private final Policies policies;
  private final HitPath hits;
  private final HitLookup known;

  public HitBenchmark() {
    Settings settings = settings();
    check = new RequestCheck(settings.requestLimits());
    policies = policies(settings);
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    PurgeTable purges = new PurgeTable(1);
    LayerStack layers = layers(purges, () -> now);
    Parts parts =
        new Parts(
            () -> policies,
            layers,
            purges,
            Coherence.ALONE,
            new NoTarget(),
            event -> {},
            () -> now,
            System::nanoTime);
    hits = new HitPath(parts);
    store(layers, purges, key(checked()), now);
    known = hits.lookup(checked(), PEER).orElseThrow();
  }

  @Benchmark
  public RequestHead check() {
    return checked();
  }

  @Benchmark
  public CacheKey checkAndKey() {
    return key(checked());
  }

  @Benchmark
  public int hit() {
    PlainHit hit = hits.lookup(checked(), PEER).flatMap(HitLookup::find).orElseThrow();
    return hit.head().write(head, 0, hit.ageSeconds(), hit.ttlSeconds());
  }

  /// Of a head that is known already.
  @Benchmark
  public int hitAgain() {
    PlainHit hit = known.find().orElseThrow();
    return hit.head().write(head, 0, hit.ageSeconds(), hit.ttlSeconds());
  }

  private RequestHead checked() {
    RequestCheck.Verdict verdict =
        check.check(
            "GET",
            TARGET,
            HttpVersion.HTTP_1_1,
            "http",
            Optional.empty(),
            Optional.empty(),
            fields);
    return switch (verdict) {
      case RequestCheck.Verdict.Sound(RequestHead request) -> request;
      case RequestCheck.Verdict.Refused refused ->
          throw new IllegalStateException(refused.detail());
    };
  }

  private CacheKey key(RequestHead request) {
    if (policies.intake().admit(request, PEER) instanceof Admission.Admitted admitted
        && policies.keys().key(admitted.intake(), Optional.empty(), NO_BODY)
            instanceof KeyDecision.Keyed keyed) {
      return keyed.key();
    }
    throw new IllegalStateException("not keyed");
  }

  private static Settings settings() {
    Command command =
        Command.parse(
            List.of("--target-url", "http://target.example"), Map.of(), 1L << 30, "benchmark");
    if (command instanceof Command.Serve serve) {
      return serve.settings();
    }
    throw new IllegalStateException("not understood: " + command);
  }

  private static Policies policies(Settings settings) {
    Secrets secrets = settings.secrets();
    IntakePolicy.Settings mapping = settings.intakePolicy();
    ClientView view =
        new ClientView(
            new ClientView.Settings(
                mapping.targetScheme(),
                mapping.targetHost(),
                mapping.basePath(),
                mapping.apiPrefix(),
                ClientView.TagFields.REMOVED));
    return new Policies(
        new IntakePolicy(mapping),
        settings.ruleSet(),
        new KeyPolicy(settings.keyPolicy(), secrets),
        new VaryPolicy(secrets),
        new StorePolicy(settings.storePolicy()),
        new ReusePolicy(settings.reusePolicy()),
        new Invalidation(view, request -> Set.of(), Set.of()),
        new Forwarding(mapping.forwardHost(), mapping.pseudonym()),
        view,
        secrets);
  }

  private static LayerStack layers(PurgeTable purges, InstantSource clock) {
    Expiry expiry = new Expiry(Duration.ZERO, LIFE);
    MemoryLayer memory =
        new MemoryLayer(
            new MemoryLayer.Settings(1_000, 64 << 20, Eviction.TINYLFU, 64), expiry, clock);
    return new LayerStack(memory, List.of(), purges, Coherence.ALONE, expiry, clock);
  }

  private static void store(LayerStack layers, PurgeTable purges, CacheKey key, Instant now) {
    ResponseHead response =
        new ResponseHead(
            200, Headers.of("Content-Type", "application/json", "Cache-Control", "max-age=3600"));
    Lifetime lifetime =
        new Lifetime(LIFE, LifetimeSource.MAX_AGE, Duration.ZERO, Duration.ZERO, Set.of());
    Entry entry =
        new Entry(
            key,
            VariantKey.NONE,
            new StoredHead(response, now, now, now, lifetime),
            new Fenced(purges.capture(), key.url(), Set.of()),
            "");
    byte[] body = new byte[1 << 10];
    try {
      if (layers.open(entry, body.length, Set.of(LayerName.MEMORY))
          instanceof Opening.Writing writing) {
        writing.writer().write(ByteBuffer.wrap(body));
        writing.writer().commit();
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
  }

  /// Nothing here asks the target.
  private static final class NoTarget implements Origin {
    @Override
    public OriginResult ask(OriginRequest request) {
      throw new IllegalStateException("a hit asks no target");
    }

    @Override
    public void close() {}
  }
}
