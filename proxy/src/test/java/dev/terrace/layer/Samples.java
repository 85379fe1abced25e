package dev.terrace.layer;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import dev.terrace.purge.Fence;
import dev.terrace.purge.Fenced;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.Expiry;
import dev.terrace.rules.Lifetime;
import dev.terrace.rules.LifetimeSource;
import dev.terrace.rules.StoredHead;
import dev.terrace.rules.UrlKey;
import dev.terrace.rules.VariantKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// Entries and bodies to store.
public final class Samples {
  public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  public static final Expiry EXPIRY = new Expiry(Duration.ofSeconds(60), Duration.ofDays(30));

  private Samples() {}

  public static CacheKey key(String path) {
    return new CacheKey("GET https a.example " + path, new UrlKey("a.example", path));
  }

  /// Fresh for a minute from noon on.
  public static Entry entry(String path) {
    return entry(path, VariantKey.NONE, NOON);
  }

  public static Entry entry(String path, VariantKey variant, Instant receivedAt) {
    return entry(path, variant, receivedAt, Duration.ofSeconds(60), new Fence(1, 0), Set.of());
  }

  public static Entry entry(
      String path,
      VariantKey variant,
      Instant receivedAt,
      Duration freshness,
      Fence fence,
      Set<String> tags) {
    CacheKey key = key(path);
    Headers headers =
        Headers.of(
            "Content-Type", "text/plain",
            "Date", "Sun, 01 Mar 2026 12:00:00 GMT",
            "Cache-Control", "max-age=" + freshness.toSeconds());
    Lifetime lifetime =
        new Lifetime(
            freshness, LifetimeSource.MAX_AGE, Duration.ZERO, Duration.ofSeconds(5), Set.of());
    StoredHead head =
        new StoredHead(
            new ResponseHead(200, headers),
            receivedAt.minusMillis(20),
            receivedAt,
            receivedAt,
            lifetime);
    return new Entry(key, variant, head, new Fenced(fence, key.url(), tags), "");
  }

  /// Of a request whose Accept-Language was `language`.
  public static VariantKey variant(String language) {
    return new VariantKey(List.of("accept-language"), List.of(language));
  }

  /// Stores an entry, its body given in parts of unlike length.
  public static void store(Layer layer, Entry entry, byte[] body) throws IOException {
    EntryWriter writer = open(layer, entry, body.length);
    write(writer, body);
    writer.commit();
  }

  public static EntryWriter open(Layer layer, Entry entry, long bodyBytes) throws IOException {
    return switch (layer.open(entry, bodyBytes)) {
      case Opening.Writing(EntryWriter writer) -> writer;
      case Opening.Declined declined -> throw new AssertionError(declined.toString());
    };
  }

  public static void write(EntryWriter writer, byte[] body) throws IOException {
    Random random = new Random(body.length);
    for (int at = 0; at < body.length; ) {
      int length = Math.min(body.length - at, 1 + random.nextInt(8192));
      writer.write(ByteBuffer.wrap(body, at, length).asReadOnlyBuffer());
      at += length;
    }
  }

  public static byte[] body(StoredResponse response) throws IOException {
    return read(response.body(), 0, response.body().bytes());
  }

  public static byte[] read(StoredBody body, long offset, long length) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (BodyReader reader = body.open(offset, length)) {
      for (ByteBuffer next = reader.read(); next.hasRemaining(); next = reader.read()) {
        byte[] part = new byte[next.remaining()];
        next.get(part);
        bytes.write(part);
      }
    }
    return bytes.toByteArray();
  }

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public static byte[] randomBytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
