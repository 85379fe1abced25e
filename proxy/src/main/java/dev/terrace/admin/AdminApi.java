package dev.terrace.admin;

import dev.terrace.admin.AdminAccess.Decision;
import dev.terrace.admin.AdminAccess.Permission;
import dev.terrace.admin.AdminSettings.Placement;
import dev.terrace.admin.Routes.Route;
import dev.terrace.flow.Exchange;
import dev.terrace.http.BodyReader;
import dev.terrace.http.Headers;
import dev.terrace.http.RequestHead;
import dev.terrace.http.ResponseHead;
import dev.terrace.observe.Metrics;
import dev.terrace.rules.LayerName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// The admin API (`product.md` 6): who may call what, and what it answers.
///
/// Every request goes the same way: route, access, body, call, answer. Nothing of a body is read
/// before access is granted. It answers exchanges of the main port that it [#reserves], and all of
/// a port of its own. Safe for use by any number of threads; one virtual thread a request.
public final class AdminApi {
  private static final Logger LOG = LoggerFactory.getLogger(AdminApi.class);

  /// The longest body of a call; a dry run of rules with a large response fits.
  private static final int MAX_BODY_BYTES = 1 << 20;

  private static final int NO_BODY = 0;
  private static final String RECEIPTS = "/purges/";

  private final AdminSettings settings;
  private final AdminParts parts;
  private final AdminAccess access;
  private final TokenFailures failures = new TokenFailures();
  private final Routes routes = new Routes();
  private final Route purgeUrl;
  private final Route receipt;

  public AdminApi(AdminSettings settings, AdminParts parts) {
    this.settings = settings;
    this.parts = parts;
    this.access = new AdminAccess(settings);
    Probe probe = new Probe(parts.requestCheck(), parts.intake());
    PurgeScopes scopes = new PurgeScopes(probe, parts.intake(), parts.keys(), parts.rules());
    Purges purges = new Purges(settings, parts, scopes);
    purgeUrl = new Route(Permission.PURGE, NO_BODY, purges::purgeUrl);
    receipt = new Route(Permission.READ, NO_BODY, purges::receipt);
    addProbes();
    addPurges(purges);
    addLayers(new LayerCalls(parts));
    RuleCalls rules = new RuleCalls(parts, probe);
    get("/rules", rules::rules);
    post("/test-rule", Permission.READ, rules::testRule);
    EntryCalls entries = new EntryCalls(parts, probe, scopes);
    get("/entries", entries::entries);
    get("/explain", entries::explain);
  }

  /// Whether a request on the main port is the admin API's: exactly the admin path and what is
  /// below it, /health, /ready, /metrics, and the method PURGE; nothing where the admin API has its
  /// own port.
  public boolean reserves(RequestHead request) {
    if (settings.placement() == Placement.OWN_PORT) {
      return false;
    }
    String path = path(request);
    return request.method().equals("PURGE")
        || isBelow(settings.path(), path)
        || path.equals("/health")
        || path.equals("/ready")
        || path.equals("/metrics");
  }

  /// Answers the exchange, whatever becomes of it.
  public void handle(Exchange exchange) {
    try {
      send(exchange, answer(exchange));
    } catch (IOException e) {
      // The client is gone: nobody is left to tell.
      LOG.debug("admin: {}: {}", exchange.request(), e.getMessage());
      exchange.abort();
    }
  }

  private Answer answer(Exchange exchange) throws IOException {
    RequestHead head = exchange.request();
    Route route = route(head);
    Optional<Answer> refusal = refusal(route.permission(), exchange);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    try {
      byte[] body = body(exchange, route.maxBodyBytes());
      return call(route.call(), new Call.Request(head, body));
    } catch (BadCall e) {
      return e.answer();
    }
  }

  private Route route(RequestHead head) {
    if (head.method().equals("PURGE")) {
      return purgeUrl;
    }
    String path = path(head);
    boolean isReceipt = path.startsWith(settings.path() + RECEIPTS);
    return isReceipt && (head.isGet() || head.isHead())
        ? receipt
        : routes.find(head.method(), path);
  }

  private Optional<Answer> refusal(Permission permission, Exchange exchange) {
    RequestHead head = exchange.request();
    String peer = exchange.peer().address();
    Instant now = parts.clock().instant();
    if (permission != Permission.OPEN
        && head.headers().contains("Authorization")
        && failures.isBlocked(peer, now)) {
      return Optional.of(
          Answer.problem(429, "too many wrong tokens from this address; wait a minute")
              .with("Retry-After", Long.toString(TokenFailures.WINDOW.toSeconds())));
    }
    return switch (access.decide(permission, exchange.peer(), head)) {
      case Decision.Allowed() -> Optional.empty();
      case Decision.Refused(String detail) -> Optional.of(Answer.problem(403, detail));
      case Decision.WrongToken() -> {
        failures.record(peer, now);
        yield Optional.of(Answer.problem(403, "the token is not the admin token"));
      }
    };
  }

  private static Answer call(Call call, Call.Request request) throws BadCall {
    try {
      return call.answer(request);
    } catch (IOException e) {
      return Answer.problem(503, "a layer failed: " + e.getMessage());
    }
  }

  private static byte[] body(Exchange exchange, int limitBytes) throws BadCall, IOException {
    if (!exchange.hasBody() || exchange.bodyBytes().orElse(1) == 0) {
      return new byte[0];
    }
    if (limitBytes == NO_BODY) {
      throw BadCall.malformed("expected no body");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (BodyReader reader = exchange.body()) {
      for (ByteBuffer next = reader.read(); next.hasRemaining(); next = reader.read()) {
        if (bytes.size() + next.remaining() > limitBytes) {
          throw BadCall.tooLarge(limitBytes);
        }
        byte[] chunk = new byte[next.remaining()];
        next.get(chunk);
        bytes.writeBytes(chunk);
      }
    }
    return bytes.toByteArray();
  }

  private static void send(Exchange exchange, Answer answer) throws IOException {
    Headers headers =
        Headers.builder()
            .add("Content-Type", answer.contentType())
            .add("Cache-Control", "no-store")
            .add("X-Content-Type-Options", "nosniff")
            .addAll(answer.more())
            .build();
    int length = answer.body().length;
    if (exchange.request().isHead()) {
      Headers withLength = headers.adding("Content-Length", Integer.toString(length));
      exchange.begin(new ResponseHead(answer.status(), withLength), OptionalLong.empty());
      exchange.end(ByteBuffer.allocate(0), Headers.EMPTY);
    } else {
      exchange.begin(new ResponseHead(answer.status(), headers), OptionalLong.of(length));
      exchange.end(ByteBuffer.wrap(answer.body()), Headers.EMPTY);
    }
  }

  private void addProbes() {
    routes.add("GET", "/health", new Route(Permission.OPEN, NO_BODY, request -> health()));
    routes.add("GET", "/ready", new Route(Permission.OPEN, NO_BODY, request -> ready()));
    routes.add("GET", "/metrics", new Route(Permission.READ, NO_BODY, request -> metrics()));
  }

  private void addPurges(Purges purges) {
    routes.add("DELETE", settings.path(), new Route(Permission.PURGE, NO_BODY, purges::everything));
    post("/purge", Permission.PURGE, purges::purge);
  }

  private void addLayers(LayerCalls layers) {
    get("/stats", layers::stats);
    get("/redis/health", layers::redisHealth);
    get("/redis/ping", layers::redisDisabled);
    get("/redis/info", layers::redisDisabled);
    post("/clean", Permission.CHANGE, layers::clean);
    for (LayerName layer : LayerName.values()) {
      routes.add(
          "DELETE",
          settings.path() + "/" + layer.word(),
          new Route(Permission.CHANGE, NO_BODY, layers.emptying(layer)));
    }
  }

  private void get(String path, Call call) {
    routes.add("GET", settings.path() + path, new Route(Permission.READ, NO_BODY, call));
  }

  private void post(String path, Permission permission, Call call) {
    routes.add("POST", settings.path() + path, new Route(permission, MAX_BODY_BYTES, call));
  }

  private static Answer health() {
    return Answer.json(200, Answer.object().put("status", "up"));
  }

  private Answer ready() {
    List<String> waitingFor = parts.notReadyFor().get();
    ObjectNode body = Answer.object().put("status", waitingFor.isEmpty() ? "ready" : "not-ready");
    waitingFor.forEach(body.putArray("waitingFor")::add);
    return Answer.json(waitingFor.isEmpty() ? 200 : 503, body);
  }

  private Answer metrics() {
    return new Answer(200, Metrics.CONTENT_TYPE, parts.metrics().scrape(), Headers.EMPTY);
  }

  private static boolean isBelow(String parent, String path) {
    return path.startsWith(parent)
        && (path.length() == parent.length() || path.charAt(parent.length()) == '/');
  }

  private static String path(RequestHead head) {
    int query = head.target().indexOf('?');
    return query < 0 ? head.target() : head.target().substring(0, query);
  }
}
