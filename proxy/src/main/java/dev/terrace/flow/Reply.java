package dev.terrace.flow;

import dev.terrace.http.BodyReader;
import dev.terrace.http.ByteRange;
import dev.terrace.http.Headers;
import dev.terrace.http.HttpDate;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import dev.terrace.layer.StoredBody;
import dev.terrace.layer.StoredResponse;
import dev.terrace.observe.Outcome;
import dev.terrace.rules.CacheStatus;
import dev.terrace.rules.Conditions;
import dev.terrace.rules.LayerName;
import dev.terrace.rules.LifetimeSource;
import dev.terrace.rules.MissReason;
import dev.terrace.rules.MultipartRanges;
import dev.terrace.rules.PartialContent;
import dev.terrace.rules.Ranges;
import dev.terrace.rules.StoredHead;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/// Composes the answers that clients get; [Sending] writes them. The same request has the same
/// status, fields and body whatever layer answers it, apart from what tells the layer.
final class Reply {
  /// Between parts; drawn once a process, so that no stored body holds it but by chance beyond
  /// reason.
  private static final String BOUNDARY = UUID.randomUUID().toString().replace("-", "");

  private Reply() {}

  /// Terrace's own answer, before the request was understood.
  static void refused(Parts parts, Exchange exchange, Problem problem) throws IOException {
    new Sending(parts, exchange, Optional.empty(), own()).problem(problem);
  }

  /// Terrace's own answer.
  static void refused(Parts parts, Call call, Problem problem) throws IOException {
    new Sending(parts, call.exchange(), Optional.of(call), own()).problem(problem);
  }

  /// The answer to OPTIONS for Terrace itself: it is there, and says no more.
  static void options(Parts parts, Call call) throws IOException {
    new Sending(parts, call.exchange(), Optional.of(call), own())
        .own(new ResponseHead(200, Headers.EMPTY));
  }

  private static Provenance own() {
    return Provenance.forwarded(Outcome.OWN, MissReason.BYPASS, "");
  }

  /// From a layer.
  static void stored(
      Parts parts, Call call, StoredResponse stored, Outcome outcome, LayerName layer)
      throws IOException {
    Instant now = parts.clock().instant();
    StoredHead head = stored.entry().head();
    long left = ttlSeconds(head, now);
    // What a purge made stale has nothing left of the life that its target gave it.
    long ttl = outcome == Outcome.STALE ? Math.min(0, left) : left;
    Provenance provenance = Provenance.hit(outcome, layer, head.age(now).toSeconds(), ttl);
    fromStore(parts, call, stored, provenance);
  }

  /// From a layer, after the target confirmed it.
  static void confirmed(Parts parts, Call call, Need need, StoredResponse refreshed)
      throws IOException {
    Instant now = parts.clock().instant();
    StoredHead head = refreshed.entry().head();
    Provenance provenance =
        Provenance.confirmed(need.reason(), head.age(now).toSeconds(), ttlSeconds(head, now));
    fromStore(parts, call, refreshed, provenance);
  }

  /// From the target, while it is stored and given to others too.
  static void shared(
      Parts parts,
      Call call,
      Need need,
      FetchHead.Shared shared,
      BodyReader body,
      CacheStatus.Fetching fetching)
      throws IOException {
    StoredHead stored = shared.entry().head();
    Provenance plain =
        Provenance.forwarded(
            Outcome.MISS, need.reason(), shared.notStored().map(r -> r.word()).orElse(""));
    Provenance known =
        shared.notStored().isPresent()
            ? plain
            : plain.stored(ttlSeconds(stored, parts.clock().instant()), guess(stored));
    boolean own = fetching == CacheStatus.Fetching.OWN;
    Provenance provenance = own ? known : known.collapsed();
    ResponseHead head = clientView(parts, call, own ? shared.received() : forFollowers(shared));
    Sending sending = new Sending(parts, call.exchange(), Optional.of(call), provenance);
    if (isNotModified(parts, call, head)) {
      body.close();
      sending.bodiless(new ResponseHead(304, Conditions.notModified(head.headers())));
    } else {
      sending.streamed(head, body, shared.bodyBytes());
    }
  }

  /// From the target, for this client alone.
  static void unshared(Parts parts, Call call, Need need, FetchHead.Private head, BodyReader body)
      throws IOException {
    Provenance provenance = Provenance.forwarded(Outcome.MISS, need.reason(), head.reason().word());
    passed(parts, call, head.received(), body, head.bodyBytes(), provenance);
  }

  /// From the target, as it came.
  static void passed(
      Parts parts,
      Call call,
      ResponseHead received,
      BodyReader body,
      OptionalLong bodyBytes,
      Provenance provenance)
      throws IOException {
    new Sending(parts, call.exchange(), Optional.of(call), provenance)
        .streamed(clientView(parts, call, received), body, bodyBytes);
  }

  private static void fromStore(
      Parts parts, Call call, StoredResponse stored, Provenance provenance) throws IOException {
    ResponseHead head = clientView(parts, call, stored.entry().head().response());
    RequestHead request = call.intake().request();
    Sending sending = new Sending(parts, call.exchange(), Optional.of(call), provenance);
    if (isNotModified(parts, call, head)) {
      sending.bodiless(new ResponseHead(304, Conditions.notModified(head.headers())));
    } else if (request.isHead()) {
      String length = Long.toString(stored.body().bytes());
      sending.bodiless(head.withHeaders(head.headers().with("Content-Length", length)));
    } else if (PartialContent.isPart(head)) {
      sliced(parts, request, head, stored, sending);
    } else {
      ranged(parts, request, head, stored.body(), sending);
    }
  }

  /// What the request asks of a stored part (RFC 9111 §3.3).
  private static void sliced(
      Parts parts, RequestHead request, ResponseHead head, StoredResponse stored, Sending sending)
      throws IOException {
    ResponseHead part = stored.entry().head().response();
    ByteRange held = PartialContent.range(part).orElseThrow().range();
    ByteRange slice = PartialContent.slice(parts.clock().instant(), request, part).orElseThrow();
    sending.streamed(
        PartialContent.sliced(head, slice),
        stored.body().open(slice.first() - held.first(), slice.bytes()),
        OptionalLong.of(slice.bytes()));
  }

  /// The whole, or the ranges of it that the request asks for (RFC 9110 §14, http.md 11).
  private static void ranged(
      Parts parts, RequestHead request, ResponseHead head, StoredBody body, Sending sending)
      throws IOException {
    switch (Ranges.decide(parts.clock().instant(), request, head, body.bytes())) {
      case Ranges.Decision.Whole() -> sending.stored(head, body);
      case Ranges.Decision.Single(ByteRange range, ResponseHead part) ->
          sending.streamed(
              part, body.open(range.first(), range.bytes()), OptionalLong.of(range.bytes()));
      case Ranges.Decision.Multiple(List<ByteRange> ranges) -> {
        MultipartRanges multipart =
            new MultipartRanges(
                BOUNDARY, head.headers().first("Content-Type"), ranges, body.bytes());
        sending.streamed(
            multipart.head(head),
            new MultipartBody(multipart, body),
            OptionalLong.of(multipart.bytes()));
      }
      case Ranges.Decision.Unsatisfiable(ResponseHead refusal) -> sending.empty(refusal);
    }
  }

  private static boolean isNotModified(Parts parts, Call call, ResponseHead head) {
    return Conditions.evaluate(parts.clock().instant(), call.intake().request(), head)
        == Conditions.Result.NOT_MODIFIED;
  }

  /// What followers get while it is stored: the stored fields, without those that `no-cache` names,
  /// but the target's own Age.
  private static ResponseHead forFollowers(FetchHead.Shared shared) {
    ResponseHead stored = shared.entry().head().response();
    Optional<String> age = shared.received().headers().first("Age");
    return age.map(a -> stored.withHeaders(stored.headers().with("Age", a))).orElse(stored);
  }

  /// With a Date where the target gave none (RFC 9110 §6.6.1).
  private static ResponseHead clientView(Parts parts, Call call, ResponseHead head) {
    Headers fields = call.policies().view().of(call.intake(), call.governing(), head.headers());
    return head.withHeaders(
        fields.contains("Date")
            ? fields
            : fields.adding("Date", HttpDate.format(parts.clock().instant())));
  }

  private static String guess(StoredHead stored) {
    LifetimeSource source = stored.lifetime().source();
    return source == LifetimeSource.HEURISTIC ? source.word() : "";
  }

  /// Rounded to the nearest: a life of 60 s told 3 ms after its birth is 60 s.
  static long ttlSeconds(StoredHead head, Instant now) {
    return Duration.between(now, head.freshUntil()).plusMillis(500).toSeconds();
  }
}
