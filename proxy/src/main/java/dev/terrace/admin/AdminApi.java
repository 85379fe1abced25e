package dev.terrace.admin;

import dev.terrace.admin.AdminAccess.Decision;
import dev.terrace.admin.AdminAccess.Permission;
import dev.terrace.admin.AdminSettings.Placement;
import dev.terrace.admin.Routes.Route;
import dev.terrace.flow.Exchange;
import dev.terrace.http.Headers;
import dev.terrace.http.RequestHead;
import dev.terrace.http.TraceParent;
import dev.terrace.observe.Event;
import dev.terrace.observe.Metrics;
import dev.terrace.observe.Outcome;
import dev.terrace.rules.LayerName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
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

  /// Of a record of the log in base64.
  private static final int MAX_RECORD_BYTES = 1_500_000;

  private static final int NO_BODY = Call.Request.NO_BODY;
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
    Probe probe = new Probe(parts.requestCheck(), parts.intake(), settings.scheme());
    PurgeScopes scopes = new PurgeScopes(probe, parts.intake(), parts.keys(), parts.rules());
    Purges purges = new Purges(settings, parts, scopes);
    purgeUrl = new Route(Permission.PURGE, NO_BODY, purges::purgeUrl);
    receipt = new Route(Permission.READ, NO_BODY, purges::receipt);
    JsonNode document = OpenApi.document(settings.path());
    get("/openapi.json", request -> Answer.json(200, document));
    addProbes();
    addPurges(purges);
    RedisCalls redis = new RedisCalls(parts.redis());
    addLayers(new LayerCalls(parts, redis));
    get("/redis/health", redis::health);
    get("/redis/ping", redis::ping);
    get("/redis/info", redis::info);
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

  /// The calls that have a fixed path, as `GET /cache/stats`.
  Set<String> calls() {
    return routes.calls();
  }

  /// Answers the exchange, whatever becomes of it.
  public void handle(Exchange exchange) {
    try {
      Instant began = parts.clock().instant();
      Answer answer = answer(exchange);
      answer.sendTo(exchange);
      tell(exchange, answer, began);
    } catch (IOException e) {
      // The client is gone: nobody is left to tell.
      LOG.debug("admin: {}: {}", exchange.request(), e.getMessage());
      exchange.abort();
    }
  }

  private void tell(Exchange exchange, Answer answer, Instant began) {
    RequestHead head = exchange.request();
    Duration duration = Duration.between(began, parts.clock().instant());
    parts
        .observer()
        .on(
            new Event.Answered(
                exchange.peer().address(),
                head.method(),
                head.authority() + shown(head),
                head.version(),
                answer.status(),
                head.isHead() ? 0 : answer.body().length,
                Outcome.OWN,
                Optional.empty(),
                Optional.empty(),
                "",
                "",
                -1,
                -1,
                Math.max(0, duration.toNanos()),
                -1,
                TraceParent.ofOrNew(head.headers(), ThreadLocalRandom.current()).traceId()));
  }

  /// Parameters of calls are left out: those that are URLs hold credentials under other names.
  private String shown(RequestHead head) {
    return head.method().equals("PURGE") ? parts.secrets().masked(head.target()) : path(head);
  }

  private Answer answer(Exchange exchange) throws IOException {
    RequestHead head = exchange.request();
    Route route = route(head);
    Optional<Answer> refusal = refusal(route.permission(), exchange);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    try {
      return call(route.call(), Call.Request.of(exchange, route.maxBodyBytes(), parts.secrets()));
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

  private void addProbes() {
    routes.add("GET", "/health", new Route(Permission.OPEN, NO_BODY, request -> health()));
    routes.add("GET", "/ready", new Route(Permission.OPEN, NO_BODY, request -> ready()));
    routes.add("GET", "/metrics", new Route(Permission.READ, NO_BODY, request -> metrics()));
  }

  private void addPurges(Purges purges) {
    routes.add(
        "DELETE",
        settings.path(),
        new Route(Permission.PURGE, NO_BODY, Call.plain(purges::everything)));
    post("/purge", Permission.PURGE, Call.plain(purges::purge));
    routes.add(
        "POST",
        settings.path() + "/handover",
        new Route(Permission.HANDOVER, MAX_RECORD_BYTES, purges::takeOver));
  }

  private void addLayers(LayerCalls layers) {
    get("/stats", layers::stats);
    post("/clean", Permission.CHANGE, layers::clean);
    for (LayerName layer : LayerName.values()) {
      routes.add(
          "DELETE",
          settings.path() + "/" + layer.word(),
          new Route(Permission.CHANGE, NO_BODY, Call.plain(layers.emptying(layer))));
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
