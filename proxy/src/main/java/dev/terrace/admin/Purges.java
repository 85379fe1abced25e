package dev.terrace.admin;

import dev.terrace.layer.Entry;
import dev.terrace.layer.Layer;
import dev.terrace.observe.Event;
import dev.terrace.purge.Fence;
import dev.terrace.purge.PurgeTable;
import dev.terrace.purge.PurgeTable.Mode;
import dev.terrace.purge.Purger;
import dev.terrace.purge.Scope;
import dev.terrace.purge.Standing;
import dev.terrace.purge.Verdict;
import dev.terrace.purge.redis.HandOver;
import dev.terrace.rules.LayerName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The calls that purge. Every scope of a call is understood before the first is applied, so that a
/// call that is refused has changed nothing.
final class Purges {
  private static final String APPLIED = "applied";
  private static final String PENDING = "pending";
  private static final String OTHER_PURGE = "this Idempotency-Key was given to another purge";

  /// Scopes in one call.
  static final int MAX_SCOPES = 10_000;

  /// Files that a dry run reads; of more it reads a sample.
  private static final int MOST_COUNTED = 10_000;

  private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("\"?([A-Za-z0-9._~-]{1,128})\"?");

  private static final Set<String> MEMBERS =
      Set.of("urls", "tags", "prefixes", "patterns", "everything", "soft", "dryRun");

  private final AdminSettings settings;
  private final AdminParts parts;
  private final PurgeScopes scopes;
  private final ScopeView view;

  private final Receipts receipts = new Receipts();

  Purges(AdminSettings settings, AdminParts parts, PurgeScopes scopes) {
    this.settings = settings;
    this.parts = parts;
    this.scopes = scopes;
    this.view = new ScopeView(parts.secrets());
  }

  /// DELETE of the admin path.
  Answer everything(Call.Request request) throws BadCall, IOException {
    return once(request, Set.of(new Scope.Everything()), Mode.HARD);
  }

  /// The method PURGE: the URL, or the tags that Surrogate-Key and Cache-Tag name.
  Answer purgeUrl(Call.Request request) throws BadCall, IOException {
    Set<Scope> wanted = new LinkedHashSet<>();
    List<Given> tags = new ArrayList<>(tags(request, "Surrogate-Key", "[ \t]"));
    tags.addAll(tags(request, "Cache-Tag", ","));
    addEach(tags, scopes::tag, wanted);
    for (String name : List.of("Surrogate-Key", "Cache-Tag")) {
      // One that is there and names no tag is not taken for absent: the URL would be purged, which
      // nobody meant.
      Optional<Given> field = request.field(name);
      if (tags.isEmpty() && field.isPresent()) {
        throw field.get().expected("one tag or more");
      }
    }
    if (wanted.isEmpty()) {
      wanted.addAll(scopes.url(purgedUrl(request)));
    }
    return once(request, wanted, mode(request));
  }

  /// POST of /purge.
  Answer purge(Call.Request request) throws BadCall, IOException {
    Members members = request.json();
    members.requireAmong(MEMBERS);
    Mode mode = members.flag("soft") ? Mode.SOFT : Mode.HARD;
    boolean isDryRun = members.flag("dryRun");
    Set<Scope> wanted = new LinkedHashSet<>();
    addEach(members.texts("urls"), scopes::url, wanted);
    addEach(members.texts("tags"), scopes::tag, wanted);
    addEach(members.texts("prefixes"), scopes::prefix, wanted);
    addEach(members.texts("patterns"), scopes::pattern, wanted);
    if (members.flag("everything")) {
      wanted.add(new Scope.Everything());
    }
    if (wanted.isEmpty() || wanted.size() > MAX_SCOPES) {
      throw BadCall.malformed(
          "urls, tags, prefixes, patterns and everything: got "
              + wanted.size()
              + ", expected 1 to "
              + MAX_SCOPES
              + " together");
    }
    return isDryRun ? dryRun(wanted, mode) : once(request, wanted, mode);
  }

  /// POST of /handover: a purge of another instance that Redis is away for.
  Answer takeOver(Call.Request request) throws BadCall {
    Members members = request.json();
    members.requireAmong(Set.of("record", "seal"));
    String seal = members.text("seal").map(Given::text).orElse("");
    byte[] record;
    try {
      record = Base64.getDecoder().decode(members.text("record").map(Given::text).orElse(""));
    } catch (IllegalArgumentException e) {
      throw BadCall.malformed("expected record in base64");
    }
    if (!HandOver.isSeal(seal, settings.token(), record)) {
      return Answer.problem(403, "the record is not sealed with the admin token of this instance");
    }
    if (parts.log().isEmpty()) {
      return Answer.problem(404, "this instance shares no purges");
    }
    try {
      return parts.log().get().takeOver(record)
          ? Answer.json(200, Answer.object().put("status", "taken"))
          : Answer.problem(503, "it is in force here, but the disk refuses to keep it");
    } catch (IOException e) {
      throw BadCall.malformed("expected a record of the log: " + e.getMessage());
    }
  }

  /// GET of /purges/{id}.
  Answer receipt(Call.Request request) {
    String path = request.head().target().split("\\?", 2)[0];
    String id = path.substring((settings.path() + "/purges/").length());
    return receipts
        .find(id)
        .or(() -> parts.purger().asked(id))
        .map(asked -> answer(id, asked))
        .orElseGet(() -> Answer.problem(404, "no receipt of this id"));
  }

  @FunctionalInterface
  private interface Reading {
    Set<Scope> of(Given given) throws BadCall;
  }

  private static void addEach(List<Given> texts, Reading reading, Set<Scope> wanted)
      throws BadCall {
    for (Given text : texts) {
      wanted.addAll(reading.of(text));
    }
  }

  /// Applies a purge, under the id that Idempotency-Key gives, unless one of that id was applied
  /// already: then its receipt is the answer again.
  private Answer once(Call.Request request, Set<Scope> wanted, Mode mode)
      throws BadCall, IOException {
    String id = idempotencyKey(request).orElseGet(parts.purgeIds());
    Purger.Asked asked = new Purger.Asked(wanted, mode);
    return switch (receipts.begin(id, asked)) {
      case Receipts.Begun.Again() -> answer(id, asked);
      case Receipts.Begun.UnderWay() ->
          Answer.problem(409, "a purge with this Idempotency-Key is being applied")
              .with("Retry-After", "1");
      case Receipts.Begun.Other() -> Answer.problem(422, OTHER_PURGE);
      case Receipts.Begun.First() -> {
        try {
          // Another instance may have been asked under this id.
          Optional<Purger.Asked> elsewhere = parts.purger().asked(id);
          if (elsewhere.isPresent() && !elsewhere.get().equals(asked)) {
            yield Answer.problem(422, OTHER_PURGE);
          }
          yield apply(id, asked);
        } finally {
          receipts.abandon(id);
        }
      }
    };
  }

  /// The receipt as it stands now.
  private Answer answer(String id, Purger.Asked asked) {
    Standing standing = parts.purger().standing(id);
    String status = standing.isComplete() ? APPLIED : PENDING;
    ObjectNode receipt = Answer.object().put("id", id).put("status", status);
    view.describe(asked.scopes(), asked.mode(), receipt);
    ReceiptView.describe(standing, parts, receipt);
    return Answer.json(standing.isComplete() ? 200 : 202, receipt);
  }

  /// An id as it stands in a URL, quoted or not.
  private static Optional<String> idempotencyKey(Call.Request request) throws BadCall {
    Optional<Given> given = request.field("Idempotency-Key");
    if (given.isEmpty()) {
      return Optional.empty();
    }
    Matcher key = IDEMPOTENCY_KEY.matcher(given.get().text());
    if (!key.matches()) {
      throw given.get().expected("1 to 128 letters, digits, and any of - . _ ~");
    }
    return Optional.of(key.group(1));
  }

  private Answer apply(String id, Purger.Asked asked) throws IOException {
    parts.purger().purge(id, List.copyOf(asked.scopes()), asked.mode());
    asked.scopes().stream()
        .map(ScopeView::kind)
        .distinct()
        .forEach(kind -> parts.observer().on(new Event.Purged(kind, ScopeView.word(asked.mode()))));
    if (asked.mode() == Mode.HARD && asked.scopes().contains(new Scope.Everything())) {
      clearMemory();
    }
    receipts.keep(id);
    return answer(id, asked);
  }

  /// Saves room, and statistics that would count what can never answer again.
  private void clearMemory() throws IOException {
    for (Layer layer : parts.layers()) {
      if (layer.name() == LayerName.MEMORY) {
        layer.clear();
      }
    }
  }

  /// Counts what the purge would cover with tables of its own, so that a dry run and a purge cannot
  /// differ in what they match.
  private Answer dryRun(Set<Scope> wanted, Mode mode) throws IOException {
    PurgeTable rehearsal = new PurgeTable(0);
    Fence before = rehearsal.capture();
    wanted.forEach(scope -> rehearsal.purge(scope, mode));
    ObjectNode answer = Answer.object().put("status", "dry-run");
    view.describe(wanted, mode, answer);
    ObjectNode counts = answer.putObject("entries");
    ArrayNode estimated = answer.putArray("estimated");
    for (Layer layer : parts.layers()) {
      if (layer.name() == LayerName.REDIS) {
        counts.put(layer.name().word(), "unknown");
        continue;
      }
      Layer.Sample sample = layer.sample(MOST_COUNTED);
      long hits =
          sample.entries().stream().filter(entry -> isHit(rehearsal, before, entry)).count();
      counts.put(layer.name().word(), Math.round(hits / sample.share()));
      if (sample.share() < 1) {
        estimated.add(layer.name().word());
      }
    }
    return Answer.json(200, answer);
  }

  private boolean isHit(PurgeTable rehearsal, Fence before, Entry entry) {
    return parts.purges().judge(entry.fenced()) != Verdict.PURGED
        && rehearsal.isCovered(before, entry.fenced().url(), entry.fenced().tags());
  }

  /// What PURGE names. Its Host is part of it where it is a name; an address, or a port of the
  /// admin API's own, says how the cache was reached, not which site is meant: then every host is.
  private Given purgedUrl(Call.Request request) {
    String host = HostName.of(request.head().authority());
    boolean pathOnly =
        settings.placement() == AdminSettings.Placement.OWN_PORT
            || host.isEmpty()
            || HostName.isLoopback(host)
            || HostName.isAddress(host);
    String site = pathOnly ? "" : request.head().scheme() + "://" + request.head().authority();
    return new Given("the URL", site + request.head().target(), parts.secrets());
  }

  private static Mode mode(Call.Request request) throws BadCall {
    Optional<Given> soft = request.field("Soft-Purge").or(() -> request.field("Fastly-Soft-Purge"));
    return switch (soft.map(Given::text).orElse("0")) {
      case "0" -> Mode.HARD;
      case "1" -> Mode.SOFT;
      // Whoever says anything of softness does not expect a hard purge.
      default -> throw soft.orElseThrow().expected("0 or 1");
    };
  }

  private static List<Given> tags(Call.Request request, String name, String separator) {
    return request.head().headers().all(name).stream()
        .flatMap(line -> Stream.of(line.split(separator, -1)))
        .filter(part -> !part.isBlank())
        .map(part -> new Given(name, part.strip(), request.secrets()))
        .toList();
  }
}
