package dev.terrace.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.http.ResponseHead;
import dev.terrace.layer.Entry;
import dev.terrace.layer.EntryWriter;
import dev.terrace.layer.StoredBody;
import dev.terrace.layer.StoredResponse;
import dev.terrace.origin.OriginResult;
import dev.terrace.purge.Fence;
import dev.terrace.purge.Fenced;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.Scope;
import dev.terrace.purge.Verdict;
import dev.terrace.rules.CacheKey;
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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContinuationTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String WHOLE = "0123456789";
  private static final UrlKey URL = new UrlKey("target.example", "/a/b");

  /// Every way in which two parts, with a purge of every scope before, between and after them, can
  /// lie: whatever covers one of them covers what they are together.
  @Test
  void a_purge_that_covers_either_part_covers_both_together() {
    List<Scope> scopes =
        List.of(
            new Scope.Everything(),
            new Scope.Url(URL),
            new Scope.Path("/a/b"),
            new Scope.Prefix("/a/"),
            new Scope.Tag("front"),
            new Scope.Tag("back"),
            new Scope.Tag("other"));
    for (Scope scope : scopes) {
      for (PurgeTable.Mode mode : PurgeTable.Mode.values()) {
        for (int purgeAt = 0; purgeAt < 3; purgeAt++) {
          PurgeTable purges = new PurgeTable(1);
          purgeIf(purgeAt == 0, purges, scope, mode);
          Fenced front = new Fenced(purges.capture(), URL, Set.of("front"));
          purgeIf(purgeAt == 1, purges, scope, mode);
          Fenced back = new Fenced(purges.capture(), URL, Set.of("back"));
          Fenced both = both(front, back);
          purgeIf(purgeAt == 2, purges, scope, mode);

          boolean covered =
              purges.judge(front) != Verdict.CURRENT || purges.judge(back) != Verdict.CURRENT;
          if (covered) {
            assertThat(purges.judge(both))
                .as("%s %s at %s", mode, scope, purgeAt)
                .isEqualTo(worse(purges.judge(front), purges.judge(back)));
          }
        }
      }
    }
  }

  private static void purgeIf(boolean due, PurgeTable purges, Scope scope, PurgeTable.Mode mode) {
    if (due) {
      purges.purge(scope, mode);
    }
  }

  private static Verdict worse(Verdict one, Verdict other) {
    return one == Verdict.CURRENT ? other : one;
  }

  private static Fenced both(Fenced front, Fenced back) {
    return Continuation.of(NOW, part(0, 5, front), later(4, 10, "x"), back.fence())
        .orElseThrow()
        .fenced(back);
  }

  @Test
  void parts_whose_fences_cannot_be_compared_are_not_put_together() {
    Fenced before = new Fenced(new Fence(1, 7), URL, Set.of());
    assertThat(Continuation.of(NOW, part(0, 5, before), later(5, 10, "x"), new Fence(2, 7)))
        .isEmpty();
    assertThat(Continuation.of(NOW, part(0, 5, before), later(5, 10, "x"), new Fence(1, 8)))
        .isPresent();
  }

  @Test
  void a_part_whose_body_is_not_what_its_head_says_is_not_continued() {
    Fenced fenced = new Fenced(new Fence(1, 7), URL, Set.of());
    StoredResponse cut = new StoredResponse(part(0, 5, fenced).entry(), part(0, 4, fenced).body());
    assertThat(Continuation.of(NOW, cut, later(5, 10, "x"), new Fence(1, 7))).isEmpty();
  }

  /// However the later bytes come in pieces, and however much of them is known already.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void both_bodies_are_read_as_one(int firstLater) throws Exception {
    Fenced fenced = new Fenced(new Fence(1, 7), URL, Set.of());
    String rest = WHOLE.substring(firstLater);
    for (int cut = 0; cut <= rest.length(); cut++) {
      Continuation both =
          Continuation.of(
                  NOW,
                  part(0, 5, fenced),
                  later(firstLater, 10, rest.substring(0, cut), rest.substring(cut)),
                  new Fence(1, 7))
              .orElseThrow();
      OriginResult.Answer together = both.together();
      assertThat(read(together.body())).as("cut at %s", cut).isEqualTo(WHOLE);
      assertThat(together.bodyBytes()).hasValue(10);
      assertThat(together.head().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "4", "45678", "456789x"})
  void a_body_of_another_length_than_its_range_breaks_off(String rest) throws Exception {
    Fenced fenced = new Fenced(new Fence(1, 7), URL, Set.of());
    OriginResult.Answer together =
        Continuation.of(NOW, part(0, 5, fenced), later(4, 10, rest), new Fence(1, 7))
            .orElseThrow()
            .together();
    assertThatThrownBy(() -> read(together.body()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Content-Range");
  }

  @Test
  void a_writer_leaves_out_what_is_known_wherever_the_pieces_end() throws Exception {
    for (int skip = 0; skip <= WHOLE.length(); skip++) {
      for (int cut = 0; cut <= WHOLE.length(); cut++) {
        Written written = new Written();
        PartWriter writer = new PartWriter(written, skip, () -> false);
        writer.write(bytes(WHOLE.substring(0, cut)));
        writer.write(bytes(WHOLE.substring(cut)));
        writer.commit();
        assertThat(written.text()).isEqualTo(WHOLE.substring(skip));
        assertThat(written.ends).containsExactly("commit");
      }
    }
  }

  @Test
  void a_writer_gives_up_in_the_end_where_it_would_displace_a_whole() throws Exception {
    Written written = new Written();
    PartWriter writer = new PartWriter(written, 0, () -> true);
    writer.write(bytes(WHOLE));
    writer.commit();
    assertThat(written.ends).containsExactly("abandon");
  }

  private static final class Written implements EntryWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<String> ends = new ArrayList<>();

    @Override
    public void write(ByteBuffer piece) {
      byte[] copy = new byte[piece.remaining()];
      piece.get(copy);
      bytes.writeBytes(copy);
    }

    @Override
    public void commit() {
      ends.add("commit");
    }

    @Override
    public void abandon() {
      ends.add("abandon");
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }

  /// The stored bytes from `first` to before `end`.
  private static StoredResponse part(int first, int end, Fenced fenced) {
    StoredHead head =
        new StoredHead(
            head(first, end),
            NOW,
            NOW,
            NOW,
            new Lifetime(
                Duration.ofSeconds(60),
                LifetimeSource.MAX_AGE,
                Duration.ZERO,
                Duration.ZERO,
                Set.of()));
    Entry entry = new Entry(new CacheKey("GET /a/b", URL), VariantKey.NONE, head, fenced, "");
    return new StoredResponse(entry, new Body(bytes(WHOLE.substring(first, end))));
  }

  private static OriginResult.Answer later(int first, int end, String... pieces) {
    return new OriginResult.Answer(head(first, end), new Pieces(pieces), OptionalLong.empty());
  }

  private static ResponseHead head(int first, int end) {
    return new ResponseHead(
        206,
        Headers.of("ETag", "\"1\"", "Content-Range", "bytes " + first + "-" + (end - 1) + "/10"));
  }

  private record Body(ByteBuffer content) implements StoredBody {
    @Override
    public long bytes() {
      return content.remaining();
    }

    @Override
    public BodyReader open(long offset, long length) {
      return BodyReader.of(content.slice((int) offset, (int) length));
    }

    @Override
    public Optional<ByteBuffer> inMemory() {
      return Optional.of(content.duplicate());
    }
  }

  private static final class Pieces implements BodyReader {
    private final Iterator<String> pieces;

    Pieces(String... pieces) {
      this.pieces = List.of(pieces).stream().filter(piece -> !piece.isEmpty()).iterator();
    }

    @Override
    public ByteBuffer read() {
      return bytes(pieces.hasNext() ? pieces.next() : "");
    }

    @Override
    public void close() {}
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String read(BodyReader body) throws IOException {
    try (body) {
      StringBuilder text = new StringBuilder();
      for (ByteBuffer next = body.read(); next.hasRemaining(); next = body.read()) {
        text.append(StandardCharsets.UTF_8.decode(next));
      }
      return text.toString();
    }
  }
}
