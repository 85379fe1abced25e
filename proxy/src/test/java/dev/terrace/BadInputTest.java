package dev.terrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every bad input is answered by exactly one line that names the option as it was given, the value
/// and what is allowed; the exit code is 2 and nothing is started.
class BadInputTest {
  private static final String COUNT = "a whole number from ";
  private static final String DURATION =
      "seconds or a duration such as 1500ms, 90s, 10m, 12h or 30d, from ";
  private static final String SIZE = "bytes or a size such as 64KiB, 64MiB or 1GB, from ";
  private static final String TRUTH = "true, false, yes, no, 1 or 0";
  private static final String URL =
      "http:// or https:// with a host, perhaps a port and a path, and no user, query or fragment";
  private static final String NETWORKS =
      "networks such as 10.0.0.0/8, fd00::/8 or 192.0.2.7, separated by commas";
  private static final String TOKEN = "16 characters or more, of A-Z a-z 0-9 - . _ ~ + / =";
  private static final String PATH =
      "a path of plain segments such as /api, without a slash at its end";
  private static final String FILE = "a readable file of text, at most 1MiB";
  private static final String BESIDE_DEMO =
      ": given, expected none beside demo, which serves before a sample target of its own";
  private static final String METHODS = "some of GET, HEAD, POST, QUERY";
  private static final String FIELDS =
      "name, pattern, methods, ttl, enabled, conditions, ttlMode, ignore, identity, shared,"
          + " keyHeaders, keyQuery, staleWhileRevalidate, staleIfError, tags, layers";
  private static final String TOO_LONG = "x".repeat(200);

  @TempDir private static Path directory;

  /// @param arguments beside a target that is right
  /// @param environment of the process
  /// @param yaml text of the configuration file; empty: none
  /// @param line expected, without `terrace: `; FILE stands for the configuration file's name
  record Row(List<String> arguments, Map<String, String> environment, String yaml, String line) {
    @Override
    public String toString() {
      return line;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"flags", "variables", "files", "rules", "combinations"})
  void bad_input_is_one_line_and_exit_2(Row row) throws IOException {
    List<String> arguments = new ArrayList<>(row.arguments());
    String line = row.line();
    if (!row.yaml().isEmpty()) {
      Path file = Files.createTempFile(directory, "terrace", ".yaml");
      Files.writeString(file, row.yaml(), StandardCharsets.UTF_8);
      arguments.addAll(List.of("--config", file.toString()));
      line = line.replace("FILE", file.toString());
    }
    Map<String, String> environment = new HashMap<>(Map.of("TARGET_URL", "http://localhost:9"));
    environment.putAll(row.environment());

    Run run = Run.of(environment, arguments.toArray(String[]::new));

    assertThat(run.err()).isEqualTo("terrace: " + line + "\n");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.served()).isEmpty();
  }

  static Stream<Row> flags() {
    return Stream.of(
        flag("--cache-ttl", "banana", DURATION + "0 to 3650d"),
        flag("--cache-ttl", "-5", DURATION + "0 to 3650d"),
        flag("--cache-ttl", "10 m", DURATION + "0 to 3650d"),
        flag("--cache-ttl", "1.5s", DURATION + "0 to 3650d"),
        flag("--cache-ttl", "4000d", DURATION + "0 to 3650d"),
        flag("--cache-ttl", "9999999999999999999", DURATION + "0 to 3650d"),
        flag("--cache-ttl", "999999999999999d", DURATION + "0 to 3650d"),
        flag("--cache-ttl", "", DURATION + "0 to 3650d"),
        flag("--max-life", "0", DURATION.replace("seconds", "a number of d") + "1s to 3650d"),
        flag("--port", "70000", COUNT + "0 to 65535"),
        flag("--port", "+80", COUNT + "0 to 65535"),
        flag("--port", "0x50", COUNT + "0 to 65535"),
        flag("--port", "tcp://10.0.0.1:80", COUNT + "0 to 65535"),
        flag("--admin-port", "0", COUNT + "1 to 65535"),
        flag("--host", "my host", "a host name or an IP address to listen on"),
        flag("--host", "--prot", "a host name or an IP address to listen on"),
        flag("--target-url", "localhost:3000", URL),
        flag("--target-url", "ftp://example.com", URL),
        flag("--target-url", "http://", URL),
        flag("--target-url", "http://a b", URL),
        flag("--target-url", "http://example.com/?a=1", URL),
        flag("--target-url", "http://example.com/a/../b", URL),
        flag("--target-url", "http://example.com:99999", URL),
        row("--target-url: got ***, expected " + URL, "--target-url=http://user:pass@example.com"),
        flag("--api-prefix", "api", PATH),
        flag("--api-prefix", "/api/", PATH),
        flag("--api-prefix", "/a/../b", PATH),
        flag("--admin-path", "/", PATH),
        flag("--admin-path", "/ca%63he", PATH),
        flag("--forward-host", "maybe", TRUTH),
        flag("--keep-tag-headers", "", TRUTH),
        flag("--url-normalisation", "true", "on or off"),
        flag("--set-cookie", "always", "never or explicit"),
        flag("--client-cache-control", "honor", "honour or ignore"),
        flag("--query-order", "SORT", "sort or keep"),
        flag("--cache-eviction", "random", "tinylfu, lru or fifo"),
        flag("--access-log", "combined", "off, common or json"),
        flag("--heuristic-fraction", "1.01", "a number from 0 to 1 such as 0.1"),
        flag("--heuristic-fraction", "10%", "a number from 0 to 1 such as 0.1"),
        flag("--heuristic-fraction", "NaN", "a number from 0 to 1 such as 0.1"),
        flag("--cache-max-size", "0", COUNT + "1 to 100000000"),
        flag("--cache-max-size", "10k", COUNT + "1 to 100000000"),
        flag("--cache-max-bytes", "64M", SIZE + "64KiB to 1024GiB"),
        flag("--cache-max-bytes", "1", SIZE + "64KiB to 1024GiB"),
        flag("--max-head-bytes", "1GiB", SIZE + "1KiB to 1MiB"),
        row(
            "--cacheable-methods: got \"PUT\", expected " + METHODS + ", separated by commas",
            "--cacheable-methods=GET,PUT"),
        row(
            "--cacheable-methods: got \"get\", expected " + METHODS + ", separated by commas",
            "--cacheable-methods=get"),
        row(
            "--cache-key-headers: got \"Accept Language\", expected names separated by commas",
            "--cache-key-headers=X-A,Accept Language"),
        row(
            "--cache-key-headers: got \"\", expected names separated by commas",
            "--cache-key-headers=X-A,,X-B"),
        row(
            "--trusted-proxies: got \"10.0.0.0/33\", expected " + NETWORKS,
            "--trusted-proxies=::1,10.0.0.0/33"),
        row(
            "--trusted-proxies: got \"localhost\", expected " + NETWORKS,
            "--trusted-proxies=localhost"),
        row("--purge-allow: got \"10.0.0/8\", expected " + NETWORKS, "--purge-allow=10.0.0/8"),
        row("--admin-token: got ***, expected " + TOKEN, "--admin-token=fifteen-letters"),
        row("--admin-token: got ***, expected " + TOKEN, "--admin-token=with blanks in between"),
        row("--key-secret: got ***, expected 1 to 4096 characters", "--key-secret="),
        flag("--tls-cert", "/no/such.pem", "--tls-key", "a PEM file that can be read"),
        flag("--config", "/no/such.yaml", FILE + " (there is none)"),
        flag("--admin-token-file", "/no/such", FILE + " (there is none)"),
        row("--cache-tll: unknown option; did you mean --cache-ttl?", "--cache-tll=5"),
        row("--target-url" + BESIDE_DEMO, "demo", "--target-url=http://localhost:9"),
        row("--x\\ny: unknown option", "--x\ny"),
        row("-p: unknown option", "-p", "80"),
        row("--port: no value, expected " + COUNT + "0 to 65535", "--port"),
        row("--port: no value, expected " + COUNT + "0 to 65535", "--port", "--host=x"),
        row("--port: given twice, expected one value", "--port=1", "--port=2"),
        row("--port: given twice, expected one value", "--port=1", "demo", "--port=2"),
        row(
            "\"false\": unexpected argument, expected flags (a boolean one takes its value after =)",
            "--forward-host",
            "false"),
        row(
            "\"serve\": unexpected argument, expected flags (a boolean one takes its value after =)",
            "serve"),
        row(
            "--access-log: got \""
                + TOO_LONG.substring(0, 80)
                + "…\", expected off, common or json",
            "--access-log=" + TOO_LONG),
        row(
            "--access-log: got \"a\\nb\\u001b\\\"\", expected off, common or json",
            "--access-log=a\nb\u001b\""));
  }

  static Stream<Row> variables() {
    return Stream.of(
        variable("PORT", "http", COUNT + "0 to 65535"),
        variable("CACHE_TTL", "soon", DURATION + "0 to 3650d"),
        variable("FORWARD_HOST", "on", TRUTH),
        variable("CACHE_CLEANUP_INTERVAL", "0", DURATION + "1s to 1d"),
        variable("TERRACE_CONFIG", "/no/such.yaml", FILE + " (there is none)"),
        environment(Map.of("ADMIN_TOKEN", "short"), "ADMIN_TOKEN: got ***, expected " + TOKEN),
        environment(
            Map.of("ADMIN_TOKEN", "0123456789abcdef", "ADMIN_TOKEN_FILE", "/run/token"),
            "ADMIN_TOKEN: given beside ADMIN_TOKEN_FILE, expected one of them"),
        row("TARGET_URL" + BESIDE_DEMO, "demo"),
        environment(
            Map.of("KEY_SECRET", "a", "KEY_SECRET_FILE", "b"),
            "KEY_SECRET: given beside KEY_SECRET_FILE, expected one of them"),
        environment(
            Map.of("TARGET_URL", "", "CACHE_TTL", "5"),
            "--target-url: not given, expected the URL of the target; to see Terrace work without"
                + " one: terrace demo"));
  }

  static Stream<Row> files() {
    return Stream.of(
        file("port: 70000", "FILE: port: got \"70000\", expected " + COUNT + "0 to 65535"),
        file("port: 1\nport: 2", "FILE: port: given twice, expected one value"),
        file("cacheTll: 5", "FILE: cacheTll: unknown key; did you mean cacheTtl?"),
        file("cache-ttl: 5", "FILE: cache-ttl: unknown key; did you mean cacheTtl?"),
        file("redis: {hots: a}", "FILE: redis.hots: unknown key; did you mean redis.host?"),
        file("redis: {frobnicate: a}", "FILE: redis.frobnicate: unknown key"),
        file("redis.host: a", "FILE: redis.host: unknown key; did you mean redis.host?"),
        file("redis: true", "FILE: redis: expected a block of keys and values"),
        file("redis: {db: 1, db: 2}", "FILE: redis.db: given twice, expected one value"),
        file("redis: {port: x}", "FILE: redis.port: got \"x\", expected " + COUNT + "1 to 65535"),
        file("config: other.yaml", "FILE: config: unknown key"),
        file("forwardHost: maybe", "FILE: forwardHost: got \"maybe\", expected " + TRUTH),
        file("port: [80, 81]", "FILE: port: got keys or a list, expected " + COUNT + "0 to 65535"),
        file("port: {a: 1}", "FILE: port: got keys or a list, expected " + COUNT + "0 to 65535"),
        file(
            "trustedProxies: [10.0.0.0/8, nowhere]",
            "FILE: trustedProxies: got \"nowhere\", expected " + NETWORKS),
        file(
            "trustedProxies: [[10.0.0.0/8]]",
            "FILE: trustedProxies: got keys or a list, expected " + NETWORKS),
        file("- port", "FILE: expected keys and values at the top"),
        file("port", "FILE: expected keys and values at the top"),
        file(
            "port: 80\n  host: x",
            "FILE: line 2, column 7: expected YAML, one document of keys and values"),
        file(
            "port: *secret",
            "FILE: line 1, column 7: expected YAML, one document of keys and values"),
        file("? [a]\n: 1", "FILE: expected YAML, one document of keys and values"),
        file(
            "adminToken: 0123456789abcdef\nadminTokenFile: token",
            "FILE: adminToken: given beside adminTokenFile, expected one of them"),
        file(
            "rules:\n  - pattern: /a\n    ttl: 1\n    ttl: 2",
            "FILE: rules: a key is given twice in one rule, line 4, column 5"),
        file(
            "rules:\n  - pattern: /a\n    ttl: soon",
            "FILE: rules: rule 0, ttl: got \"soon\", expected " + DURATION + "0 to 3650d"));
  }

  static Stream<Row> rules() {
    return Stream.of(
        rule("{", "not JSON from line 1, column 2 on, expected a JSON array of rules, or @file"),
        rule(
            "[] []", "not JSON from line 1, column 4 on, expected a JSON array of rules, or @file"),
        rule("{}", "got {}, expected an array of rules, at most 1000"),
        rule("[7]", "rule 0: got 7, expected an object"),
        rule(
            "[{\"ttl\":5}]",
            "rule 0, pattern: got nothing, expected a glob over scheme, host and path such as"
                + " */api/*, or over the path such as /api/*"),
        rule(
            "[{\"pattern\":\"/a\"},{\"patern\":\"/b\"}]",
            "rule 1, patern: unknown field, expected some of "
                + FIELDS
                + "; did you mean pattern?"),
        rule(
            "[{\"pattern\":\"/a\",\"ttl\":1,\"ttl\":2}]",
            "rule 0, ttl: given twice, expected one value"),
        rule(
            "[{\"pattern\":\"/a\",\"conditions\":{\"minSize\":1,\"minSize\":2}}]",
            "rule 0, conditions.minSize: given twice, expected one value"),
        rule("\"ttl\":true", "ttl: got true, expected " + DURATION + "0 to 3650d"),
        rule("\"ttl\":1.5", "ttl: got 1.5, expected " + DURATION + "0 to 3650d"),
        rule("\"ttl\":-1", "ttl: got -1, expected " + DURATION + "0 to 3650d"),
        rule("\"ttl\":null", "ttl: got null, expected " + DURATION + "0 to 3650d"),
        rule("\"enabled\":\"false\"", "enabled: got \"false\", expected true or false"),
        rule(
            "\"methods\":\"GET\"",
            "methods: got \"GET\", expected a list with some of GET, HEAD, POST, QUERY"),
        rule(
            "\"methods\":[]",
            "methods: got [], expected a list with some of GET, HEAD, POST, QUERY"),
        rule(
            "\"methods\":[\"DELETE\"]",
            "methods: got \"DELETE\", expected a list with some of GET, HEAD, POST, QUERY"),
        rule("\"conditions\":[]", "conditions: got [], expected an object"),
        rule(
            "\"conditions\":{\"status\":[200]}",
            "conditions.status: unknown field, expected some of headers, statusCodes, minSize,"
                + " maxSize"),
        rule(
            "\"conditions\":{\"statusCodes\":[99]}",
            "conditions.statusCodes: 99; expected 200 to 599"),
        rule(
            "\"conditions\":{\"statusCodes\":200}",
            "conditions.statusCodes: got 200, expected a list of whole numbers"),
        rule(
            "\"conditions\":{\"minSize\":\"1M\"}",
            "conditions.minSize: got \"1M\", expected " + SIZE + "0 to 1024GiB"),
        rule(
            "\"conditions\":{\"minSize\":2,\"maxSize\":1}",
            "conditions.minSize and maxSize: 2 and 1; expected 0 <= minSize <= maxSize"),
        rule(
            "\"conditions\":{\"headers\":{\"authorization\":7}}",
            "conditions.headers.authorization: got ***, expected an exact value,"
                + " a glob, or * for any value"),
        rule(
            "\"conditions\":{\"headers\":{\"X-A\":\"1\",\"x-a\":\"2\"}}",
            "conditions.headers.x-a: given twice, expected one value"),
        rule(
            "[{\"pattern\":\"/a/{b\"}]",
            "rule 0, pattern: { without } at position 3 of the glob /a/{b"),
        rule(
            "\"keyQuery\":{\"drop\":[\"@ads\"]}",
            "keyQuery.drop: the preset @ads: expected @tracking, or \\@ for the character"),
        rule("\"ttlMode\":\"max\"", "ttlMode: max; expected a ttl beside it"),
        rule(
            "\"tags\":[\"a\\nb\"]",
            "tags: a\\nb; expected 1 to 256 visible characters without commas"),
        rule("\"ttlMode\":\"force\"", "ttlMode: got \"force\", expected default, max or override"),
        rule(
            "\"ignore\":[\"no-cache\"]",
            "ignore: got \"no-cache\", expected a list with some of no-store, private, set-cookie,"
                + " cookie, authorization"),
        rule(
            "\"ignore\":[\"cookie\"]",
            "ignore: cookie; expected identity cookie:NAME or shared: true beside it"),
        rule(
            "\"ignore\":[\"cookie\"],\"identity\":\"header:Authorization\"",
            "ignore: cookie; expected identity cookie:NAME or shared: true beside it"),
        rule(
            "\"ignore\":[\"authorization\"],\"identity\":\"cookie:sid\"",
            "ignore: authorization; expected identity header:Authorization or shared: true beside it"),
        rule(
            "\"ignore\":[\"private\"]",
            "ignore: private; expected an identity or shared: true beside it"),
        rule(
            "\"ignore\":[\"set-cookie\"]",
            "ignore: set-cookie; expected an identity or shared: true beside it"),
        rule("\"identity\":\"sid\"", "identity: got \"sid\", expected header:NAME or cookie:NAME"),
        rule(
            "\"identity\":\"query:sid\"",
            "identity: got \"query:sid\", expected header:NAME or cookie:NAME"),
        rule(
            "\"identity\":\"cookie:sid\",\"shared\":true",
            "shared: true; expected either shared or identity"),
        rule("\"keyHeaders\":[\"a b\"]", "keyHeaders: a b; expected the name of a request field"),
        rule("\"keyQuery\":[\"utm_*\"]", "keyQuery: got [\"utm_*\"], expected an object"),
        rule(
            "\"keyQuery\":{\"keep\":[]}",
            "keyQuery.keep: got [], expected a list of globs over parameter names, or @tracking"),
        rule(
            "\"staleIfError\":\"1w\"",
            "staleIfError: got \"1w\", expected " + DURATION + "0 to 3650d"),
        rule(
            "\"tags\":[\"a b\"]", "tags: a b; expected 1 to 256 visible characters without commas"),
        rule(
            "\"layers\":[\"disk\"]",
            "layers: got \"disk\", expected a list with some of memory, redis, file"),
        rule(
            "\"name\":\"\"",
            "name: got \"\", expected a text of 1 to 64 printable ASCII characters"),
        rule(
            "[{\"pattern\":\"/a\",\"name\":\"n\"},{\"pattern\":\"/b\",\"name\":\"n\"}]",
            "rule 1, name: got \"n\", expected a name that no other rule has"),
        row(
            "--cache-rules: @/no/such.json: got \"/no/such.json\", expected "
                + FILE
                + " (there is none)",
            "--cache-rules=@/no/such.json"));
  }

  static Stream<Row> combinations() {
    return Stream.of(
        row("--admin-port: got \"4000\", expected another port than --port", "--admin-port=4000"),
        row(
            "--cache-max-bytes: got \"1024GiB\", expected less than the heap, which is " + heap(),
            "--cache-max-bytes=1024GiB"),
        row("--tls-key: not given, expected a PEM file beside --tls-cert", "--tls-cert=pom.xml"));
  }

  private static String heap() {
    long bytes = Runtime.getRuntime().maxMemory();
    return bytes % (1 << 30) == 0
        ? bytes / (1 << 30) + "GiB"
        : bytes % (1 << 20) == 0 ? bytes / (1 << 20) + "MiB" : bytes / 1024 + "KiB";
  }

  private static Row flag(String name, String value, String expected) {
    return row(name + ": got \"" + value + "\", expected " + expected, name + "=" + value);
  }

  /// With another flag beside it, of the same value.
  private static Row flag(String name, String value, String other, String expected) {
    return row(
        name + ": got \"" + value + "\", expected " + expected,
        name + "=" + value,
        other + "=" + value);
  }

  private static Row row(String line, String... arguments) {
    return new Row(List.of(arguments), Map.of(), "", line);
  }

  private static Row variable(String name, String value, String expected) {
    return environment(Map.of(name, value), name + ": got \"" + value + "\", expected " + expected);
  }

  private static Row environment(Map<String, String> variables, String line) {
    return new Row(List.of(), variables, "", line);
  }

  private static Row file(String yaml, String line) {
    return new Row(List.of(), Map.of(), yaml, line);
  }

  /// A whole value of CACHE_RULES, or the fields of one rule beside its pattern.
  private static Row rule(String json, String line) {
    boolean whole = !json.startsWith("\"");
    return environment(
        Map.of("CACHE_RULES", whole ? json : "[{\"pattern\":\"/a\"," + json + "}]"),
        "CACHE_RULES: " + (whole ? line : "rule 0, " + line));
  }
}
