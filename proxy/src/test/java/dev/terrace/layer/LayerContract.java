package dev.terrace.layer;

import static dev.terrace.layer.Samples.NOON;
import static dev.terrace.layer.Samples.body;
import static dev.terrace.layer.Samples.bytes;
import static dev.terrace.layer.Samples.entry;
import static dev.terrace.layer.Samples.key;
import static dev.terrace.layer.Samples.randomBytes;
import static dev.terrace.layer.Samples.store;
import static dev.terrace.layer.Samples.variant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import dev.terrace.purge.Fence;
import dev.terrace.purge.Fenced;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.Lifetime;
import dev.terrace.rules.LifetimeSource;
import dev.terrace.rules.SkipReason;
import dev.terrace.rules.StoredHead;
import dev.terrace.rules.UrlKey;
import dev.terrace.rules.VariantKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every layer does. A subclass gives the layer, with room for a hundred bodies of 64 KiB.
public abstract class LayerContract {
  protected final SettableClock clock = new SettableClock(NOON);
  private Layer layer;

  protected abstract Layer layer() throws Exception;

  /// How many entries it holds at this moment.
  protected long held() throws IOException {
    return layer.stats().entries();
  }

  /// Whether expired entries are dropped by [Layer#sweep], and counted by its stats.
  protected boolean keepsItself() {
    return true;
  }

  /// What it may keep of one key.
  protected abstract int variantLimit();

  @BeforeEach
  final void begin() throws Exception {
    layer = layer();
  }

  @AfterEach
  final void end() {
    layer.close();
  }

  @Test
  void whatWasNeverStoredIsNotFound() throws IOException {
    assertThat(layer.find(key("/a"), LayerContract::any)).isEmpty();
  }

  @Test
  void whatWasCommittedIsFoundWhole() throws IOException {
    for (int length : new int[] {0, 1, 8191, 8192, 65_536, 200_000}) {
      byte[] body = randomBytes(length, length);
      store(layer, entry("/" + length), body);
      assertThat(body(found("/" + length))).isEqualTo(body);
      assertThat(found("/" + length).body().bytes()).isEqualTo(length);
    }
  }

  @Test
  void aBodyOfUnknownLengthIsFoundWhole() throws IOException {
    byte[] body = randomBytes(150_000, 1);
    EntryWriter writer = Samples.open(layer, entry("/a"), -1);
    Samples.write(writer, body);
    writer.commit();

    assertThat(body(found("/a"))).isEqualTo(body);
  }

  @Test
  void theHeadComesBackAsItWasGiven() throws IOException {
    Entry given = entryWithEverything();
    store(layer, given, bytes("x"));

    Entry back = layer.find(given.key(), LayerContract::any).orElseThrow().entry();

    assertThat(back.key()).isEqualTo(given.key());
    assertThat(back.key().url()).isEqualTo(given.key().url());
    assertThat(back.variant()).isEqualTo(given.variant());
    assertThat(back.head()).isEqualTo(given.head());
    assertThat(back.fenced().fence()).isEqualTo(given.fenced().fence());
    assertThat(back.fenced().url()).isEqualTo(given.fenced().url());
    assertThat(back.fenced().tags()).isEqualTo(given.fenced().tags());
    assertThat(back.gateDigest()).isEqualTo(given.gateDigest());
  }

  @Test
  void everyRangeOfABodyCanBeRead() throws IOException {
    byte[] body = randomBytes(100_000, 2);
    store(layer, entry("/a"), body);
    Random random = new Random(3);
    for (int i = 0; i < 50; i++) {
      int from = random.nextInt(body.length + 1);
      int length = random.nextInt(body.length - from + 1);
      assertThat(Samples.read(found("/a").body(), from, length))
          .isEqualTo(Arrays.copyOfRange(body, from, from + length));
    }
  }

  @Test
  void nothingIsVisibleBeforeItsCommit() throws IOException {
    EntryWriter writer = Samples.open(layer, entry("/a"), 3);
    writer.write(ByteBuffer.wrap(bytes("abc")));
    assertThat(layer.find(key("/a"), LayerContract::any)).isEmpty();

    writer.commit();
    assertThat(body(found("/a"))).isEqualTo(bytes("abc"));
  }

  @Test
  void whatWasAbandonedIsNeverVisible() throws IOException {
    EntryWriter writer = Samples.open(layer, entry("/a"), 3);
    writer.write(ByteBuffer.wrap(bytes("abc")));
    writer.abandon();

    assertThat(layer.find(key("/a"), LayerContract::any)).isEmpty();
    assertThat(held()).isZero();
  }

  @Test
  void abandoningWhatWasCommittedIsHarmless() throws IOException {
    EntryWriter writer = Samples.open(layer, entry("/a"), 3);
    writer.write(ByteBuffer.wrap(bytes("abc")));
    writer.commit();
    writer.abandon();

    assertThat(body(found("/a"))).isEqualTo(bytes("abc"));
  }

  @Test
  void aBodyShorterThanStatedIsNotStored() throws IOException {
    EntryWriter writer = Samples.open(layer, entry("/a"), 4);
    writer.write(ByteBuffer.wrap(bytes("abc")));

    assertThatThrownBy(writer::commit).isInstanceOf(IOException.class);
    assertThat(layer.find(key("/a"), LayerContract::any)).isEmpty();
  }

  @Test
  void aBodyLongerThanStatedIsNotStored() throws IOException {
    EntryWriter writer = Samples.open(layer, entry("/a"), 2);
    assertThatThrownBy(() -> writer.write(ByteBuffer.wrap(bytes("abc"))))
        .isInstanceOf(IOException.class);
    writer.abandon();
    assertThat(layer.find(key("/a"), LayerContract::any)).isEmpty();
  }

  @Test
  void aSecondCommitReplacesTheFirst() throws IOException {
    store(layer, entry("/a"), bytes("old"));
    store(layer, entry("/a", VariantKey.NONE, NOON.plusSeconds(1)), bytes("new"));

    assertThat(body(found("/a"))).isEqualTo(bytes("new"));
    assertThat(held()).isEqualTo(1);
  }

  @Test
  void aResponseOutlivesItsReplacement() throws IOException {
    store(layer, entry("/a"), randomBytes(60_000, 1));
    StoredResponse first = found("/a");
    byte[] firstBytes = body(first);

    store(layer, entry("/a", VariantKey.NONE, NOON.plusSeconds(1)), randomBytes(60_000, 2));

    Optional<byte[]> again = bodyIfThere(first);
    assertThat(again.isEmpty() || Arrays.equals(again.get(), firstBytes)).isTrue();
  }

  @Test
  void ofSeveralVariantsTheAcceptedOneIsFound() throws IOException {
    store(layer, entry("/a", variant("de"), NOON), bytes("guten Tag"));
    store(layer, entry("/a", variant("fr"), NOON), bytes("bonjour"));

    assertThat(body(layer.find(key("/a"), variant("de")::equals).orElseThrow()))
        .isEqualTo(bytes("guten Tag"));
    assertThat(body(layer.find(key("/a"), variant("fr")::equals).orElseThrow()))
        .isEqualTo(bytes("bonjour"));
    assertThat(layer.find(key("/a"), variant("it")::equals)).isEmpty();
  }

  @Test
  void ofSeveralAcceptedVariantsTheOneReceivedLastIsFound() throws IOException {
    clock.set(NOON.plusSeconds(3));
    store(layer, entry("/a", variant("de"), NOON.plusSeconds(2)), bytes("second"));
    store(layer, entry("/a", variant("fr"), NOON.plusSeconds(3)), bytes("third"));
    store(layer, entry("/a", variant("it"), NOON.plusSeconds(1)), bytes("first"));

    assertThat(body(found("/a"))).isEqualTo(bytes("third"));
  }

  @Test
  void whatWasReceivedEarlierDoesNotDisplaceWhatWasReceivedLater() throws IOException {
    clock.set(NOON.plusSeconds(3));
    store(layer, entry("/a", VariantKey.NONE, NOON.plusSeconds(2)), bytes("later"));
    store(layer, entry("/a", VariantKey.NONE, NOON.plusSeconds(1)), bytes("earlier"));

    assertThat(body(found("/a"))).isEqualTo(bytes("later"));
  }

  @Test
  void whatSeemsToComeFromTheFutureIsDisplaced() throws IOException {
    store(layer, entry("/a", VariantKey.NONE, NOON.plusSeconds(3600)), bytes("future"));
    store(layer, entry("/a", VariantKey.NONE, NOON), bytes("now"));

    assertThat(body(found("/a"))).isEqualTo(bytes("now"));
  }

  @Test
  void moreVariantsThanTheLimitAreDeclined() throws IOException {
    for (int i = 0; i < variantLimit(); i++) {
      store(layer, entry("/a", variant("l" + i), NOON), bytes("x" + i));
    }

    assertThat(layer.open(entry("/a", variant("more"), NOON), 1))
        .isEqualTo(new Opening.Declined(SkipReason.TOO_MANY_VARIANTS));
    store(layer, entry("/a", variant("l0"), NOON.plusMillis(1)), bytes("again"));
    assertThat(body(layer.find(key("/a"), variant("l0")::equals).orElseThrow()))
        .isEqualTo(bytes("again"));
  }

  @Test
  void expiredVariantsDoNotCountTowardTheLimit() throws IOException {
    for (int i = 0; i < variantLimit(); i++) {
      store(layer, entry("/a", variant("l" + i), NOON), bytes("x" + i));
    }
    clock.advance(Duration.ofDays(2));

    store(layer, entry("/a", variant("more"), clock.instant()), bytes("more"));

    assertThat(body(found("/a"))).isEqualTo(bytes("more"));
  }

  @Test
  void anEqualDigestIsNotAnEqualKey() throws IOException {
    store(layer, entry("/a"), bytes("a"));

    assertThat(
            layer.find(new CacheKey("GET https a.example /A", key("/a").url()), LayerContract::any))
        .isEmpty();
  }

  @Test
  void whatIsStaleIsFoundUntilItIsExpired() throws IOException {
    Entry stored = entry("/a");
    store(layer, stored, bytes("a"));
    Instant expired = Samples.EXPIRY.of(stored.head());

    clock.set(expired.minusMillis(1));
    assertThat(layer.find(key("/a"), LayerContract::any)).isPresent();
    clock.set(expired);
    assertThat(layer.find(key("/a"), LayerContract::any)).isEmpty();
  }

  @Test
  void aSweepDropsWhatIsExpiredAndNothingElse() throws IOException {
    for (int i = 0; i < 20; i++) {
      store(layer, entry("/old" + i), bytes("old"));
      store(layer, entry("/new" + i, VariantKey.NONE, NOON.plusSeconds(600)), bytes("new"));
    }
    Instant expired = Samples.EXPIRY.of(entry("/old0").head());
    clock.set(expired);

    assertThat(layer.sweep(expired)).isEqualTo(keepsItself() ? 20 : 0);

    assertThat(held()).isEqualTo(keepsItself() ? 20 : 40);
    for (int i = 0; i < 20; i++) {
      assertThat(layer.find(key("/old" + i), LayerContract::any)).isEmpty();
      assertThat(layer.find(key("/new" + i), LayerContract::any)).isPresent();
    }
  }

  @Test
  void aRefreshGivesANewHeadAndKeepsTheBody() throws IOException {
    byte[] body = randomBytes(50_000, 5);
    Entry previous = entry("/a");
    store(layer, previous, body);
    clock.advance(Duration.ofSeconds(100));
    Entry refreshed = entry("/a", VariantKey.NONE, clock.instant());

    assertThat(layer.refresh(previous, refreshed)).isTrue();

    assertThat(found("/a").entry().head()).isEqualTo(refreshed.head());
    assertThat(body(found("/a"))).isEqualTo(body);
    assertThat(held()).isEqualTo(1);
  }

  @Test
  void aRefreshOfWhatWasReplacedDoesNothing() throws IOException {
    Entry previous = entry("/a");
    store(layer, previous, bytes("first"));
    Entry replacement = entry("/a", VariantKey.NONE, NOON.plusSeconds(1));
    store(layer, replacement, bytes("second"));

    assertThat(layer.refresh(previous, entry("/a", VariantKey.NONE, NOON.plusSeconds(2))))
        .isFalse();

    assertThat(found("/a").entry().head()).isEqualTo(replacement.head());
    assertThat(body(found("/a"))).isEqualTo(bytes("second"));
  }

  @Test
  void aRefreshOfWhatIsNotThereDoesNothing() throws IOException {
    assertThat(layer.refresh(entry("/a"), entry("/a"))).isFalse();
    assertThat(layer.find(key("/a"), LayerContract::any)).isEmpty();
  }

  @Test
  void removingDropsEveryVariantOfTheKeyAndNoOther() throws IOException {
    store(layer, entry("/a", variant("de"), NOON), bytes("de"));
    store(layer, entry("/a", variant("fr"), NOON), bytes("fr"));
    store(layer, entry("/b"), bytes("b"));

    layer.remove(key("/a"));

    assertThat(layer.find(key("/a"), LayerContract::any)).isEmpty();
    assertThat(layer.find(key("/b"), LayerContract::any)).isPresent();
    assertThat(held()).isEqualTo(1);
  }

  @Test
  void clearingEmptiesTheLayer() throws IOException {
    store(layer, entry("/a"), bytes("a"));
    store(layer, entry("/b"), bytes("b"));

    layer.clear();

    assertThat(layer.find(key("/a"), LayerContract::any)).isEmpty();
    assertThat(held()).isZero();
    if (keepsItself()) {
      assertThat(layer.stats().bytes()).isZero();
    }
  }

  @Test
  void lookupsAndWhatIsStoredAreCounted() throws IOException {
    store(layer, entry("/a"), bytes("a"));
    layer.find(key("/a"), LayerContract::any);
    layer.find(key("/b"), LayerContract::any);

    LayerStats stats = layer.stats();
    assertThat(held()).isEqualTo(1);
    assertThat(stats.hits()).isEqualTo(1);
    assertThat(stats.misses()).isEqualTo(1);
    if (keepsItself()) {
      assertThat(stats.bytes()).isBetween(1L, stats.limitBytes());
    }
  }

  @Test
  void readersAndWritersAtOnceSeeWholeBodiesOnly() throws Exception {
    List<Callable<Boolean>> work = new ArrayList<>();
    for (int writer = 0; writer < 2; writer++) {
      int seed = writer;
      work.add(() -> writeManyTimes(seed));
    }
    for (int reader = 0; reader < 2; reader++) {
      work.add(this::readManyTimes);
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(work.size())) {
      for (Future<Boolean> result : threads.invokeAll(work)) {
        assertThat(result.get()).isTrue();
      }
    }
  }

  private boolean writeManyTimes(int seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      byte[] body = new byte[1 + random.nextInt(30_000)];
      Arrays.fill(body, (byte) body.length);
      store(layer, entry("/" + i % 5, VariantKey.NONE, NOON), body);
    }
    return true;
  }

  private boolean readManyTimes() throws IOException {
    for (int i = 0; i < 1000; i++) {
      Optional<byte[]> body =
          layer.find(key("/" + i % 5), LayerContract::any).flatMap(LayerContract::bodyIfThere);
      if (body.isPresent()) {
        byte[] expected = new byte[body.get().length];
        Arrays.fill(expected, (byte) expected.length);
        assertThat(body.get()).isEqualTo(expected);
      }
    }
    return true;
  }

  private static boolean any(VariantKey variant) {
    return !variant.names().contains("none");
  }

  private StoredResponse found(String path) throws IOException {
    return layer.find(key(path), LayerContract::any).orElseThrow();
  }

  /// A layer may be unable to give a body that was replaced meanwhile, but not another body.
  private static Optional<byte[]> bodyIfThere(StoredResponse response) {
    try {
      return Optional.of(body(response));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Entry entryWithEverything() {
    Headers headers =
        Headers.of(
            "content-type", "text/html; charset=utf-8",
            "X-Empty", "",
            "Set-Thing", "a",
            "set-thing", "b \u00e9\u00ff",
            "ETag", "\"v1\"");
    Lifetime lifetime =
        new Lifetime(
            Duration.ofSeconds(3, 4),
            LifetimeSource.HEURISTIC,
            Duration.ofMinutes(5),
            Duration.ofDays(6),
            EnumSet.allOf(Lifetime.Limit.class));
    StoredHead head =
        new StoredHead(
            new ResponseHead(404, headers),
            NOON.minusNanos(123_456_789),
            NOON,
            NOON.minusSeconds(2),
            lifetime);
    CacheKey key = new CacheKey("3:GET5:https", new UrlKey("b.example:8443", "/p?q=%C3%A9"));
    return new Entry(
        key,
        new VariantKey(List.of("accept", "cookie"), List.of("text/html", VariantKey.ABSENT)),
        head,
        new Fenced(new Fence(Long.MIN_VALUE + 7, 12), key.url(), Set.of("red", "blue")),
        "digest");
  }
}
