package dev.terrace.rules;

import dev.terrace.http.Headers;
import dev.terrace.http.HopByHop;
import java.util.Optional;
import java.util.stream.Stream;

/// The fields that the target sees: end-to-end ones, and what Terrace says of itself and the
/// client: Via, CDN-Loop, X-Forwarded-For, -Proto and, with the client's Host forwarded, -Host.
/// Immutable; safe for use by any thread.
public final class Forwarding {
  private static final String VIA = "Via";
  private static final String CDN_LOOP = "CDN-Loop";
  private static final String FORWARDED_FOR = "X-Forwarded-For";
  private static final String MAX_FORWARDS = "Max-Forwards";

  private final boolean forwardHost;
  private final String pseudonym;

  /// @param forwardHost whether X-Forwarded-Host tells the client's Host
  /// @param pseudonym in Via and CDN-Loop; a request that carries it already is Terrace's own loop
  public Forwarding(boolean forwardHost, String pseudonym) {
    this.forwardHost = forwardHost;
    this.pseudonym = pseudonym;
  }

  /// The end-to-end fields of the request, accept-encoding and all, with Terrace's own at the end;
  /// Via, CDN-Loop and a trusted peer's X-Forwarded-For are carried on as one line each.
  ///
  /// `TE: trailers` is among them where the client sent it: who sends the request names TE in
  /// Connection (RFC 9110 §10.1.4).
  public Headers toTarget(Intake intake, Peer peer) {
    Headers fields = intake.request().headers();
    Headers.Builder builder = Headers.builder();
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.name(i);
      if (!isWrittenHere(name)) {
        builder.add(name, fields.value(i));
      }
    }
    maxForwards(intake, builder);
    builder.add(VIA, appended(fields, VIA, intake.received().version().number() + " " + pseudonym));
    builder.add(CDN_LOOP, appended(fields, CDN_LOOP, pseudonym));
    // Those of an untrusted peer are gone from the request already.
    builder.add(FORWARDED_FOR, appended(fields, FORWARDED_FOR, peer.address()));
    builder.add("X-Forwarded-Proto", intake.request().scheme());
    if (forwardHost && !intake.request().authority().isEmpty()) {
      builder.add("X-Forwarded-Host", intake.forwardedHost());
    }
    if (acceptsTrailers(intake.received().headers())) {
      builder.add("TE", "trailers");
    }
    return builder.build();
  }

  private static boolean isWrittenHere(String name) {
    return name.equalsIgnoreCase(VIA)
        || name.equalsIgnoreCase(CDN_LOOP)
        || name.equalsIgnoreCase(FORWARDED_FOR)
        || name.equalsIgnoreCase(MAX_FORWARDS);
  }

  private static String appended(Headers fields, String name, String value) {
    Optional<String> before = fields.joined(name);
    return before.isPresent() ? before.get() + ", " + value : value;
  }

  /// One hop less for OPTIONS, whose zero was answered before (RFC 9110 §7.6.2); as it came for
  /// every other method, and where it is no number.
  private static void maxForwards(Intake intake, Headers.Builder builder) {
    String value = intake.request().headers().firstOr(MAX_FORWARDS, "");
    if (value.isEmpty()) {
      return;
    }
    boolean counts = intake.request().method().equals("OPTIONS") && value.matches("[0-9]{1,9}");
    int hops = counts ? Integer.parseInt(value) : 0;
    builder.add(MAX_FORWARDS, hops > 0 ? Integer.toString(hops - 1) : value);
  }

  private static boolean acceptsTrailers(Headers received) {
    int line = received.indexOf("TE", 0);
    return line >= 0
        && received.all("TE").stream()
            .flatMap(value -> Stream.of(value.split(",", -1)))
            .anyMatch(member -> member.strip().equalsIgnoreCase("trailers"));
  }

  /// The end-to-end fields of an answer: without hop-by-hop ones and those that Connection names.
  public static Headers fromTarget(Headers headers) {
    return HopByHop.without(headers);
  }
}
