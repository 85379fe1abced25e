package dev.terrace.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import dev.terrace.purge.Fence;
import dev.terrace.purge.Fenced;
import dev.terrace.rules.Lifetime;
import dev.terrace.rules.StoredHead;
import dev.terrace.rules.VariantKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EntryFormatTest {
  private static final int LENGTH_AT = 6;
  private static final int CHECKSUM_AT = 10;

  private final Entry entry = entry("text/plain \u00e9");

  @Test
  void anEntryComesBackAsItWas() throws Exception {
    ByteBuffer bytes = EntryFormat.encode(entry);
    ByteBuffer followed =
        ByteBuffer.allocate(bytes.remaining() + 3).put(bytes).put(new byte[3]).flip();

    Entry back = EntryFormat.decode(followed);

    assertThat(followed.remaining()).isEqualTo(3);
    assertThat(back.key()).isEqualTo(entry.key());
    assertThat(back.key().url()).isEqualTo(entry.key().url());
    assertThat(back.variant()).isEqualTo(entry.variant());
    assertThat(back.head()).isEqualTo(entry.head());
    assertThat(back.fenced().fence()).isEqualTo(entry.fenced().fence());
    assertThat(back.fenced().tags()).isEqualTo(entry.fenced().tags());
    assertThat(back.gateDigest()).isEqualTo(entry.gateDigest());
  }

  @Test
  void asManyTagsComeBackAsAnEntryMayHave() throws Exception {
    Set<String> tags = new HashSet<>();
    for (int i = 0; i < Fenced.MOST_TAGS; i++) {
      tags.add("\u00a7, shop.example:8080 group " + i);
    }
    Fenced fenced = new Fenced(entry.fenced().fence(), entry.fenced().url(), tags);

    Entry tagged = new Entry(entry.key(), entry.variant(), entry.head(), fenced, "");

    assertThat(EntryFormat.decode(EntryFormat.encode(tagged)).fenced().tags()).isEqualTo(tags);
  }

  @Test
  void aPartComesBackAsAPart() throws Exception {
    Headers fields = entry.head().response().headers().with("Content-Range", "bytes 5-9/20");
    StoredHead head = entry.head().withResponse(new ResponseHead(206, fields));
    Entry part = new Entry(entry.key(), entry.variant(), head, entry.fenced(), "");

    Entry back = EntryFormat.decode(EntryFormat.encode(part));

    assertThat(back.isPart()).isTrue();
    assertThat(back.head()).isEqualTo(head);
  }

  @Test
  void truncatedAtAnyByteItIsNoEntry() throws Exception {
    ByteBuffer bytes = EntryFormat.encode(entry);
    for (int length = 0; length < bytes.remaining(); length++) {
      ByteBuffer cut = bytes.slice(0, length);
      assertThatThrownBy(() -> EntryFormat.decode(cut)).isInstanceOf(MalformedEntryException.class);
    }
  }

  @Test
  void withAnyBitFlippedItIsNoEntry() throws Exception {
    ByteBuffer bytes = EntryFormat.encode(entry);
    for (int bit = 0; bit < 8 * bytes.remaining(); bit++) {
      byte[] flipped = new byte[bytes.remaining()];
      bytes.get(0, flipped);
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> EntryFormat.decode(ByteBuffer.wrap(flipped)))
          .as("bit %d", bit)
          .isInstanceOf(MalformedEntryException.class);
    }
  }

  @Test
  void forgedBytesUnderARightChecksumNeverDoMoreThanFail() throws Exception {
    byte[] bytes = EntryFormat.encode(entry).array();
    Random random = new Random(11);
    int accepted = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] forged = bytes.clone();
      for (int change = random.nextInt(3); change >= 0; change--) {
        int at =
            EntryFormat.PREAMBLE_BYTES + random.nextInt(forged.length - EntryFormat.PREAMBLE_BYTES);
        forged[at] = (byte) random.nextInt(256);
      }
      accepted += isSoundOrRefused(signed(forged)) ? 1 : 0;
    }
    assertThat(accepted).isBetween(1, 19_999);
  }

  private static boolean isSoundOrRefused(byte[] bytes) {
    try {
      Entry back = EntryFormat.decode(ByteBuffer.wrap(bytes));
      for (Headers.Field field : back.head().response().headers()) {
        assertThat(field.name() + field.value()).doesNotContain("\r", "\n", "\0");
      }
      assertThat(back.head().response().status()).isBetween(200, 599);
      return true;
    } catch (MalformedEntryException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\r\nSet-Cookie: x=1",
        "a\nb",
        "a\rb",
        "a\0b",
        "a\u007fb",
        "a\u0100b",
        "\ud83d\ude00"
      })
  void aForgedFieldValueIsNoEntry(String value) throws Exception {
    ByteBuffer bytes = EntryFormat.encode(entry(value));

    assertThatThrownBy(() -> EntryFormat.decode(bytes)).isInstanceOf(MalformedEntryException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:", "a\r\nb", "\u00e9", "a("})
  void aForgedFieldNameIsNoEntry(String name) throws Exception {
    ByteBuffer bytes =
        EntryFormat.encode(withResponse(new ResponseHead(200, Headers.of(name, "value"))));

    assertThatThrownBy(() -> EntryFormat.decode(bytes)).isInstanceOf(MalformedEntryException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 199, 600, 65_535})
  void aStatusThatIsNoFinalOneIsNoEntry(int status) throws Exception {
    ByteBuffer bytes = EntryFormat.encode(withResponse(new ResponseHead(status, Headers.EMPTY)));

    assertThatThrownBy(() -> EntryFormat.decode(bytes))
        .isInstanceOf(MalformedEntryException.class)
        .hasMessageContaining("status");
  }

  @Test
  void aVersionOfTheFutureIsNoEntry() throws Exception {
    ByteBuffer bytes = EntryFormat.encode(entry);
    bytes.putShort(4, (short) 2);

    assertThatThrownBy(() -> EntryFormat.decode(bytes))
        .isInstanceOf(MalformedEntryException.class)
        .hasMessageContaining("version 2");
  }

  @Test
  void aLengthBeyondTheLimitIsRefusedBeforeAnythingIsAllocated() throws Exception {
    ByteBuffer bytes = EntryFormat.encode(entry);
    for (int length : new int[] {EntryFormat.HEAD_LIMIT + 1, Integer.MAX_VALUE, -1}) {
      bytes.putInt(LENGTH_AT, length);
      assertThatThrownBy(() -> EntryFormat.headBytes(bytes))
          .isInstanceOf(MalformedEntryException.class);
    }
  }

  @Test
  void moreThanTheFormatHoldsIsNotWritten() {
    assertThatThrownBy(() -> EntryFormat.encode(entry("x".repeat(EntryFormat.HEAD_LIMIT))))
        .isInstanceOf(MalformedEntryException.class);
  }

  private static byte[] signed(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, EntryFormat.PREAMBLE_BYTES, bytes.length - EntryFormat.PREAMBLE_BYTES);
    ByteBuffer.wrap(bytes).putInt(CHECKSUM_AT, (int) checksum.getValue());
    return bytes;
  }

  private static Entry withResponse(ResponseHead response) {
    Entry sample = entry("x");
    return new Entry(
        sample.key(),
        sample.variant(),
        sample.head().withResponse(response),
        sample.fenced(),
        sample.gateDigest());
  }

  private static Entry entry(String contentType) {
    Entry sample =
        Samples.entry(
            "/a?b=c",
            new VariantKey(List.of("accept", "cookie"), List.of("text/html", VariantKey.ABSENT)),
            Samples.NOON.plusNanos(123_456_789),
            Duration.ofSeconds(90, 5),
            new Fence(-7, 9),
            Set.of());
    Lifetime lifetime = sample.head().lifetime();
    return new Entry(
        sample.key(),
        sample.variant(),
        new StoredHead(
            new ResponseHead(203, Headers.of("Content-Type", contentType, "X", "")),
            sample.head().requestedAt(),
            sample.head().receivedAt(),
            sample.head().bornAt(),
            new Lifetime(
                lifetime.freshness(),
                lifetime.source(),
                Duration.ofSeconds(1),
                Duration.ofDays(3),
                Set.of(Lifetime.Limit.IMMUTABLE, Lifetime.Limit.NEVER_STALE))),
        new Fenced(new Fence(-7, 9), sample.key().url(), Set.of("red", "bl\u00fce")),
        "gate");
  }
}
