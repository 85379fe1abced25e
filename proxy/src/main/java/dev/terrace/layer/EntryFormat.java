package dev.terrace.layer;

import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import dev.terrace.purge.Fence;
import dev.terrace.purge.Fenced;
import dev.terrace.rules.CacheKey;
import dev.terrace.rules.Lifetime;
import dev.terrace.rules.LifetimeSource;
import dev.terrace.rules.StoredHead;
import dev.terrace.rules.UrlKey;
import dev.terrace.rules.VariantKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/// An entry as bytes, for the layers that keep it outside this process.
///
/// ```
/// entry    = magic version length checksum head
/// magic    = "TrcE"
/// version  = u16                      ; 1
/// length   = u32                      ; of head, at most HEAD_LIMIT
/// checksum = u32                      ; CRC-32C of head
/// head     = canonical host path variant status fields
///            requested received born lifetime
///            fence tags gate
/// canonical, host, path, gate = string
/// variant  = count *count(name value) ; at most NAME_LIMIT; name, value = string
/// status   = u16                      ; 200 to 599
/// fields   = count *count(name value) ; at most FIELD_LIMIT
/// requested, received, born = i64 u32 ; seconds since the epoch, nanoseconds
/// lifetime = duration source duration duration count *count(limit)
///                                     ; freshness, stale-while-revalidate, stale-if-error
/// duration = u64 u32                  ; seconds, nanoseconds
/// source, limit = string              ; the word of the enum
/// fence    = i64 u64                  ; lineage, stamp
/// tags     = count *count(tag)        ; at most TAG_LIMIT; tag = string
/// string   = u32 *OCTET               ; bytes of UTF-8
/// count    = u16
/// ```
///
/// Numbers are big-endian. Decoding trusts nothing, since whoever can write to Redis or to the disk
/// could have written it: lengths are checked against what is there before anything is allocated,
/// every field against what it may hold, and a version that is not known is no entry. The checksum
/// finds faults of media, not forgers.
public final class EntryFormat {
  /// Of magic, version, length and checksum.
  public static final int PREAMBLE_BYTES = 14;

  /// Longest head.
  public static final int HEAD_LIMIT = 256 * 1024;

  private static final int MAGIC = 0x54726345;
  private static final int VERSION = 1;
  private static final int NAME_LIMIT = 16;
  private static final int FIELD_LIMIT = 1_000;
  private static final int TAG_LIMIT = Fenced.MOST_TAGS;

  private EntryFormat() {}

  /// @throws MalformedEntryException if it is more than the format holds
  public static ByteBuffer encode(Entry entry) throws MalformedEntryException {
    FormatWriter out = new FormatWriter(HEAD_LIMIT);
    out.string(entry.key().canonical());
    out.string(entry.key().url().host());
    out.string(entry.key().url().pathAndQuery());
    write(out, entry.variant());
    write(out, entry.head());
    out.i64(entry.fenced().fence().lineage());
    out.i64(entry.fenced().fence().stamp());
    out.u16(entry.fenced().tags().size());
    for (String tag : entry.fenced().tags()) {
      out.string(tag);
    }
    out.string(entry.gateDigest());
    ByteBuffer head = out.bytes();
    return ByteBuffer.allocate(PREAMBLE_BYTES + head.remaining())
        .putInt(MAGIC)
        .putShort((short) VERSION)
        .putInt(head.remaining())
        .putInt(checksum(head))
        .put(head)
        .flip();
  }

  /// The length of the head that follows this preamble.
  ///
  /// @param preamble of at least [#PREAMBLE_BYTES]; its position is left where it is
  public static int headBytes(ByteBuffer preamble) throws MalformedEntryException {
    int at = preamble.position();
    if (preamble.remaining() < PREAMBLE_BYTES) {
      throw new MalformedEntryException("a preamble of " + preamble.remaining() + " bytes");
    }
    if (preamble.getInt(at) != MAGIC) {
      throw new MalformedEntryException("not the magic number of an entry");
    }
    int version = Short.toUnsignedInt(preamble.getShort(at + 4));
    if (version != VERSION) {
      throw new MalformedEntryException("version " + version + " where " + VERSION + " is known");
    }
    int length = preamble.getInt(at + 6);
    if (length < 0 || length > HEAD_LIMIT) {
      throw new MalformedEntryException("a head of " + Integer.toUnsignedLong(length) + " bytes");
    }
    return length;
  }

  /// Reads preamble and head; the position is behind them afterwards.
  public static Entry decode(ByteBuffer bytes) throws MalformedEntryException {
    int length = headBytes(bytes);
    if (bytes.remaining() - PREAMBLE_BYTES < length) {
      throw new MalformedEntryException(
          "a head of " + length + " bytes in " + bytes.remaining() + " bytes");
    }
    int checksum = bytes.getInt(bytes.position() + 10);
    ByteBuffer head = bytes.slice(bytes.position() + PREAMBLE_BYTES, length);
    if (checksum(head) != checksum) {
      throw new MalformedEntryException("the checksum of the head is another");
    }
    bytes.position(bytes.position() + PREAMBLE_BYTES + length);
    FormatReader in = new FormatReader(head);
    try {
      Entry entry = read(in);
      in.end();
      return entry;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new MalformedEntryException("not an entry: " + e.getMessage());
    }
  }

  /// A variant alone, as it stands in the head of an entry.
  ///
  /// @throws MalformedEntryException if it is more than the format holds
  public static ByteBuffer encode(VariantKey variant) throws MalformedEntryException {
    FormatWriter out = new FormatWriter(HEAD_LIMIT);
    write(out, variant);
    return out.bytes();
  }

  /// Reads what [#encode(VariantKey)] wrote, and nothing more.
  public static VariantKey decodeVariant(ByteBuffer bytes) throws MalformedEntryException {
    FormatReader in = new FormatReader(bytes);
    VariantKey variant = variant(in);
    in.end();
    return variant;
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.duplicate());
    return (int) checksum.getValue();
  }

  private static Entry read(FormatReader in) throws MalformedEntryException {
    String canonical = in.text();
    UrlKey url = new UrlKey(in.text(), in.text());
    VariantKey variant = variant(in);
    StoredHead head = head(in);
    Fence fence = new Fence(in.i64(), in.nonNegative());
    Set<String> tags = new HashSet<>();
    for (int count = in.count(TAG_LIMIT); count > 0; count--) {
      tags.add(in.text());
    }
    return new Entry(
        new CacheKey(canonical, url), variant, head, new Fenced(fence, url, tags), in.text());
  }

  private static void write(FormatWriter out, VariantKey variant) throws MalformedEntryException {
    out.u16(variant.names().size());
    for (int i = 0; i < variant.names().size(); i++) {
      out.string(variant.names().get(i));
      out.string(variant.values().get(i));
    }
  }

  private static VariantKey variant(FormatReader in) throws MalformedEntryException {
    List<String> names = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (int count = in.count(NAME_LIMIT); count > 0; count--) {
      names.add(in.token());
      values.add(in.variantValue());
    }
    return new VariantKey(names, values);
  }

  private static void write(FormatWriter out, StoredHead head) throws MalformedEntryException {
    Headers headers = head.response().headers();
    out.u16(head.response().status());
    out.u16(headers.size());
    for (int i = 0; i < headers.size(); i++) {
      out.string(headers.name(i));
      out.string(headers.value(i));
    }
    write(out, head.requestedAt());
    write(out, head.receivedAt());
    write(out, head.bornAt());
    Lifetime lifetime = head.lifetime();
    write(out, lifetime.freshness());
    out.string(lifetime.source().word());
    write(out, lifetime.staleWhileRevalidate());
    write(out, lifetime.staleIfError());
    out.u16(lifetime.limits().size());
    for (Lifetime.Limit limit : lifetime.limits()) {
      out.string(limit.name());
    }
  }

  private static StoredHead head(FormatReader in) throws MalformedEntryException {
    int status = in.u16();
    if (status < 200 || status > 599) {
      throw new MalformedEntryException("status " + status);
    }
    Headers.Builder headers = Headers.builder();
    for (int count = in.count(FIELD_LIMIT); count > 0; count--) {
      headers.add(in.token(), in.fieldValue());
    }
    ResponseHead response = new ResponseHead(status, headers.build());
    return new StoredHead(response, in.instant(), in.instant(), in.instant(), lifetime(in));
  }

  private static Lifetime lifetime(FormatReader in) throws MalformedEntryException {
    Duration freshness = in.duration();
    LifetimeSource source = source(in.text());
    Duration staleWhileRevalidate = in.duration();
    Duration staleIfError = in.duration();
    Set<Lifetime.Limit> limits = EnumSet.noneOf(Lifetime.Limit.class);
    for (int count = in.count(Lifetime.Limit.values().length); count > 0; count--) {
      limits.add(Lifetime.Limit.valueOf(in.text()));
    }
    return new Lifetime(freshness, source, staleWhileRevalidate, staleIfError, limits);
  }

  private static LifetimeSource source(String word) throws MalformedEntryException {
    for (LifetimeSource source : LifetimeSource.values()) {
      if (source.word().equals(word)) {
        return source;
      }
    }
    throw new MalformedEntryException("an unknown source of a lifetime");
  }

  private static void write(FormatWriter out, Instant instant) throws MalformedEntryException {
    out.i64(instant.getEpochSecond());
    out.u32(instant.getNano());
  }

  private static void write(FormatWriter out, Duration duration) throws MalformedEntryException {
    out.i64(duration.getSeconds());
    out.u32(duration.getNano());
  }
}
