package dev.terrace.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Requests of HTTP/1 that are malformed or ambiguous, each with the status that it gets. Longer
/// than other files because it is one table.
final class MalformedRequests {
  /// What follows each of them on its connection: it may never be served.
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n";

  /// @param name what is wrong with it
  /// @param bytes as sent
  /// @param status of the answer, after which the connection closes
  /// @param faultInBody whether the head is sound, so that the handler sees the request, but never
  ///   the end of its body
  record Row(String name, byte[] bytes, int status, boolean faultInBody) {}

  private final List<Row> rows = new ArrayList<>();

  private MalformedRequests() {}

  static List<Row> all() {
    MalformedRequests requests = new MalformedRequests();
    requests.separators();
    requests.methods();
    requests.versions();
    requests.emptyLines();
    requests.lineEnds();
    requests.targets();
    requests.targetForms();
    requests.hosts();
    requests.names();
    requests.lengths();
    requests.codings();
    requests.drafts();
    requests.expectations();
    requests.sizes();
    requests.chunks();
    return requests.rows;
  }

  /// A request line, with one good field.
  private void line(String name, String line, int status) {
    raw("request line: " + name, status, line + "\r\nHost: a.example\r\n\r\n" + SMUGGLED);
  }

  /// The fields of a GET.
  private void fields(String name, int status, String... lines) {
    String head = "GET / HTTP/1.1\r\n" + String.join("\r\n", lines);
    raw("fields: " + name, status, head + "\r\n\r\n" + SMUGGLED);
  }

  /// The body of a POST whose framing is as `field` says.
  private void body(String name, int status, String field, String body) {
    String head = "POST / HTTP/1.1\r\nHost: a.example\r\n" + field + "\r\n\r\n";
    rows.add(new Row("body: " + name, latin1(head + body + SMUGGLED), status, true));
  }

  private void raw(String name, int status, String raw) {
    rows.add(new Row(name, latin1(raw), status, false));
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String[] manyNames() {
    String[] lines = new String[101];
    lines[0] = "Host: a.example";
    for (int i = 1; i < lines.length; i++) {
      lines[i] = "X-" + i + ": a";
    }
    return lines;
  }

  /// RFC 9112 §3: one space between the parts of a request line, nothing around them.
  private void separators() {
    line("two spaces after the method", "GET  / HTTP/1.1", 400);
    line("a tab after the method", "GET\t/ HTTP/1.1", 400);
    line("two spaces before the version", "GET /  HTTP/1.1", 400);
    line("a tab before the version", "GET /\tHTTP/1.1", 400);
    line("a space before the method", " GET / HTTP/1.1", 400);
    line("a tab before the method", "\tGET / HTTP/1.1", 400);
    line("a space after the version", "GET / HTTP/1.1 ", 400);
    line("a tab after the version", "GET / HTTP/1.1\t", 400);
    line("a vertical tab as separator", "GET\u000b/ HTTP/1.1", 400);
    line("a form feed as separator", "GET\u000c/ HTTP/1.1", 400);
    line("a bare CR as separator", "GET\r/ HTTP/1.1", 400);
    line("space and tab as separator", "GET \t/ HTTP/1.1", 400);
    line("no target", "GET HTTP/1.1", 400);
    line("no target but two spaces", "GET  HTTP/1.1", 400);
    line("no version", "GET /", 400);
    line("no version but a space", "GET / ", 400);
    line("a method alone", "GET", 400);
    line("four parts", "GET / x HTTP/1.1", 400);
    line("a target with a space", "GET /a b HTTP/1.1", 400);
    line("a NUL before the method", "\u0000GET / HTTP/1.1", 400);
    line("a control character before the method", "\u0001GET / HTTP/1.1", 400);
    line("a byte order mark before the method", "\u00ef\u00bb\u00bfGET / HTTP/1.1", 400);
  }

  /// RFC 9110 §9.1: the method is a token; CONNECT and TRACE are not served (http.md 19).
  private void methods() {
    line("a colon in the method", "GE:T / HTTP/1.1", 400);
    line("a slash in the method", "GE/T / HTTP/1.1", 400);
    line("a parenthesis in the method", "GET( / HTTP/1.1", 400);
    line("a quote in the method", "\"GET\" / HTTP/1.1", 400);
    line("a NUL in the method", "G\u0000T / HTTP/1.1", 400);
    line("a letter beyond ASCII in the method", "G\u00e9T / HTTP/1.1", 400);
    line("a comma in the method", "GET, / HTTP/1.1", 400);
    line("an at sign in the method", "G@T / HTTP/1.1", 400);
    line("an equals sign in the method", "G=T / HTTP/1.1", 400);
    line("braces in the method", "{GET} / HTTP/1.1", 400);
    line("CONNECT", "CONNECT a.example:443 HTTP/1.1", 405);
    line("CONNECT with a path", "CONNECT / HTTP/1.1", 405);
    line("TRACE", "TRACE / HTTP/1.1", 405);
  }

  /// RFC 9112 §2.3: HTTP/1.0 and HTTP/1.1 alone are spoken.
  private void versions() {
    line("version HTTP/1.2", "GET / HTTP/1.2", 505);
    line("version HTTP/1.9", "GET / HTTP/1.9", 505);
    line("version HTTP/0.9", "GET / HTTP/0.9", 505);
    line("version HTTP/2.0", "GET / HTTP/2.0", 505);
    line("version HTTP/3.0", "GET / HTTP/3.0", 505);
    line("version HTTP/9.9", "GET / HTTP/9.9", 505);
    line("version HTTP/0.0", "GET / HTTP/0.0", 505);
    line("version HTTP/2.1", "GET / HTTP/2.1", 505);
    line("version http/1.1", "GET / http/1.1", 400);
    line("version HTTP/1", "GET / HTTP/1", 400);
    line("version HTTP/1.", "GET / HTTP/1.", 400);
    line("version HTTP/1.1.1", "GET / HTTP/1.1.1", 400);
    line("version HTTP/11", "GET / HTTP/11", 400);
    line("version HTTP/1.10", "GET / HTTP/1.10", 400);
    line("version HTTP/01.1", "GET / HTTP/01.1", 400);
    line("version HTTP/1.01", "GET / HTTP/1.01", 400);
    line("version HTTP 1.1", "GET / HTTP 1.1", 400);
    line("version HTTPS/1.1", "GET / HTTPS/1.1", 400);
    line("version XTTP/1.1", "GET / XTTP/1.1", 400);
    line("version HTTP/a.b", "GET / HTTP/a.b", 400);
    line("version HTTP/-1.1", "GET / HTTP/-1.1", 400);
    line("version HTTP/+1.1", "GET / HTTP/+1.1", 400);
    line("version HTTP/1,1", "GET / HTTP/1,1", 400);
    line("version HTTP\\1.1", "GET / HTTP\\1.1", 400);
    line("version ICY/1.1", "GET / ICY/1.1", 400);
    line("version Http/1.1", "GET / Http/1.1", 400);
    raw("the preface of HTTP/2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  }

  /// RFC 9112 §2.2: one empty line may come before a request, nothing else.
  private void emptyLines() {
    raw("two empty lines first", 400, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    raw("a bare LF first", 400, "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    raw("a bare CR first", 400, "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    raw("an empty line and a bare LF first", 400, "\r\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    raw("a line of spaces first", 400, "  \r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  /// RFC 9112 §2.2: lines end in CRLF.
  private void lineEnds() {
    raw("a bare LF after the request line", 400, "GET / HTTP/1.1\nHost: a\r\n\r\n");
    raw("a bare LF after a field", 400, "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n");
    raw("bare LFs everywhere", 400, "GET / HTTP/1.1\nHost: a\n\n");
    raw(
        "a bare LF as the empty line",
        400,
        "GET / HTTP/1.1\r\nHost: a\r\n\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    raw("a bare CR in the request line", 400, "GET /a\rb HTTP/1.1\r\nHost: a\r\n\r\n");
    raw("a bare CR in a value", 400, "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n");
    raw("a bare CR before CRLF", 400, "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\r\n\r\n");
    raw("a bare CR at the end of the request line", 400, "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n");
    raw(
        "a TLS handshake in the clear",
        400,
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n");
  }

  /// product.md 2: what a target may not hold.
  private void targets() {
    line("a quote in the path", "GET /a\"b HTTP/1.1", 400);
    line("a less-than sign in the path", "GET /a<b HTTP/1.1", 400);
    line("a greater-than sign in the path", "GET /a>b HTTP/1.1", 400);
    line("a hash in the path", "GET /a#b HTTP/1.1", 400);
    line("a backslash in the path", "GET /a\\b HTTP/1.1", 400);
    line("a NUL in the path", "GET /a\u0000b HTTP/1.1", 400);
    line("a DEL in the path", "GET /a\u007fb HTTP/1.1", 400);
    line("an escape in the path", "GET /a\u001bb HTTP/1.1", 400);
    line("a letter beyond ASCII in the path", "GET /a\u00e9 HTTP/1.1", 400);
    line("UTF-8 in the path", "GET /a\u00c3\u00a9 HTTP/1.1", 400);
    line("a brace in the path", "GET /a{b HTTP/1.1", 400);
    line("a closing brace in the path", "GET /a}b HTTP/1.1", 400);
    line("a caret in the path", "GET /a^b HTTP/1.1", 400);
    line("a backtick in the path", "GET /a`b HTTP/1.1", 400);
    line("a lone percent sign in the path", "GET /a% HTTP/1.1", 400);
    line("one hex digit in the path", "GET /a%4 HTTP/1.1", 400);
    line("no hex digits in the path", "GET /a%zz HTTP/1.1", 400);
    line("an encoded NUL in the path", "GET /a%00b HTTP/1.1", 400);
    line("a percent sign before a slash in the path", "GET /%/ HTTP/1.1", 400);
    line("a quote in the query", "GET /?a\"b HTTP/1.1", 400);
    line("a less-than sign in the query", "GET /?a<b HTTP/1.1", 400);
    line("a hash in the query", "GET /?a#b HTTP/1.1", 400);
    line("a backslash in the query", "GET /?a\\b HTTP/1.1", 400);
    line("a control character in the query", "GET /?a\u0001b HTTP/1.1", 400);
    line("a letter beyond ASCII in the query", "GET /?a\u00e9 HTTP/1.1", 400);
  }

  /// RFC 9112 §3.2: origin-form, absolute-form of http and https, and * for OPTIONS.
  private void targetForms() {
    line("target: no slash", "GET a/b HTTP/1.1", 400);
    line("target: a query alone", "GET ?a=b HTTP/1.1", 400);
    line("target: a host alone", "GET a.example HTTP/1.1", 400);
    line("target: an authority", "GET a.example:80 HTTP/1.1", 400);
    line("target: * for GET", "GET * HTTP/1.1", 400);
    line("target: ** for OPTIONS", "OPTIONS ** HTTP/1.1", 400);
    line("target: ftp", "GET ftp://a.example/ HTTP/1.1", 400);
    line("target: file", "GET file:///etc/passwd HTTP/1.1", 400);
    line("target: gopher", "GET gopher://a.example/ HTTP/1.1", 400);
    line("target: javascript", "GET javascript:alert(1) HTTP/1.1", 400);
    line("target: a scheme without slashes", "GET http:/a.example/ HTTP/1.1", 400);
    line("target: no host", "GET http:///a HTTP/1.1", 400);
    line("target: userinfo", "GET http://u:p@a.example/ HTTP/1.1", 400);
    line("target: another host", "GET http://b.example/ HTTP/1.1", 400);
    line("target: another port", "GET http://a.example:81/ HTTP/1.1", 400);
    line("target: a port that is no number", "GET http://a.example:x/ HTTP/1.1", 400);
    line("target: a dot", "GET . HTTP/1.1", 400);
    line("target: two dots", "GET ../a HTTP/1.1", 400);
    line("target: a semicolon", "GET ; / HTTP/1.1", 400);
  }

  /// RFC 9112 §3.2: Host once, and a host.
  private void hosts() {
    fields("no Host", 400, "X: a");
    fields("two Hosts", 400, "Host: a.example", "Host: a.example");
    fields("two Hosts that differ", 400, "Host: a.example", "Host: b.example");
    fields("two Hosts in other case", 400, "Host: a.example", "HOST: a.example");
    fields("Host empty", 400, "Host: ");
    fields("Host with a slash", 400, "Host: a.example/x");
    fields("Host with userinfo", 400, "Host: u@a.example");
    fields("Host with a space", 400, "Host: a b");
    fields("Host with a tab", 400, "Host: a\tb");
    fields("Host with a comma", 400, "Host: a.example, b.example");
    fields("Host with a port that is no number", 400, "Host: a.example:x");
    fields("Host with a port too large", 400, "Host: a.example:65536");
    fields("Host with two colons", 400, "Host: a.example:80:80");
    fields("Host with a backslash", 400, "Host: a\\b");
    fields("Host with a quote", 400, "Host: a\"b");
    fields("Host with a question mark", 400, "Host: a?b");
    fields("Host with a hash", 400, "Host: a#b");
    fields("Host with a letter beyond ASCII", 400, "Host: a\u00e9");
    fields("Host an open bracket", 400, "Host: [::1");
    fields("Host a closing bracket", 400, "Host: ::1]");
    fields("Host with an at sign", 400, "Host: @a");
    fields("Host with a percent sign before no hex", 400, "Host: a%zz");
    fields("Host a scheme", 400, "Host: http://a.example");
    fields("Host with an angle bracket", 400, "Host: a<b");
    fields("Host with a NUL", 400, "Host: a\u0000b");
    fields("Host with a negative port", 400, "Host: a.example:-1");
  }

  /// RFC 9112 §5: names are tokens, at the beginning of their line, and the colon follows at once.
  private void names() {
    fields("a space before the colon", 400, "Host: a.example", "X : a");
    fields("a tab before the colon", 400, "Host: a.example", "X\t: a");
    fields("a space in the name", 400, "Host: a.example", "X Y: a");
    fields("an empty name", 400, "Host: a.example", ": a");
    fields("an empty name after a space", 400, "Host: a.example", " : a");
    fields("no colon", 400, "Host: a.example", "X");
    fields("no colon but a value", 400, "Host: a.example", "X a");
    fields("a parenthesis in the name", 400, "Host: a.example", "X(: a");
    fields("a slash in the name", 400, "Host: a.example", "X/Y: a");
    fields("a NUL in the name", 400, "Host: a.example", "X\u0000: a");
    fields("a letter beyond ASCII in the name", 400, "Host: a.example", "X\u00e9: a");
    fields("a quote in the name", 400, "Host: a.example", "\"X\": a");
    fields("an at sign in the name", 400, "Host: a.example", "X@Y: a");
    fields("a brace in the name", 400, "Host: a.example", "X{: a");
    fields("a comma in the name", 400, "Host: a.example", "X,Y: a");
    fields("a semicolon in the name", 400, "Host: a.example", "X;: a");
    fields("an equals sign in the name", 400, "Host: a.example", "X=Y: a");
    fields("a backslash in the name", 400, "Host: a.example", "X\\Y: a");
    fields("a bracket in the name", 400, "Host: a.example", "X[0]: a");
    fields("a control character in the name", 400, "Host: a.example", "X\u0001: a");
    fields("a DEL in the name", 400, "Host: a.example", "X\u007f: a");
    fields("a question mark in the name", 400, "Host: a.example", "X?: a");
    fields("an angle bracket in the name", 400, "Host: a.example", "<X>: a");
    fields("white space before the first field", 400, " Host: a.example");
    fields("a tab before the first field", 400, "\tHost: a.example");
    fields("a folded field", 400, "Host: a.example", "X: a", " b");
    fields("a field folded with a tab", 400, "Host: a.example", "X: a", "\tb");
    fields("a folded Host", 400, "Host: a", " .example");
    fields("a field folded to nothing", 400, "Host: a.example", "X: a", " ");
    fields("a folded Transfer-Encoding", 400, "Host: a.example", "Transfer-Encoding:", " chunked");
    fields("a folded Content-Length", 400, "Host: a.example", "Content-Length:", " 5");
    fields("a NUL in a value", 400, "Host: a.example", "X: a\u0000b");
    fields("an escape in a value", 400, "Host: a.example", "X: a\u001bb");
    fields("a DEL in a value", 400, "Host: a.example", "X: a\u007fb");
    fields("a backspace in a value", 400, "Host: a.example", "X: a\u0008b");
    fields("a vertical tab in a value", 400, "Host: a.example", "X: a\u000bb");
    fields("a form feed in a value", 400, "Host: a.example", "X: a\u000cb");
    fields("a vertical tab at the end of a value", 400, "Host: a.example", "X: a\u000b");
    fields("a vertical tab at the beginning of a value", 400, "Host: a.example", "X:\u000ba");
    fields("a group separator at the beginning of a value", 400, "Host: a.example", "X:\u001da");
    fields("a form feed at the end of a value", 400, "Host: a.example", "X: a\u000c");
  }

  /// RFC 9112 §6: a length that two readers could read in two ways.
  private void lengths() {
    fields("Content-Length: -1", 400, "Host: a.example", "Content-Length: -1");
    fields("Content-Length: +5", 400, "Host: a.example", "Content-Length: +5");
    fields("Content-Length: 05", 400, "Host: a.example", "Content-Length: 05");
    fields("Content-Length: 00", 400, "Host: a.example", "Content-Length: 00");
    fields("Content-Length: 5 ,5", 400, "Host: a.example", "Content-Length: 5 ,5");
    fields("Content-Length: 5, 5", 400, "Host: a.example", "Content-Length: 5, 5");
    fields("Content-Length: 5,6", 400, "Host: a.example", "Content-Length: 5,6");
    fields("Content-Length: 0x5", 400, "Host: a.example", "Content-Length: 0x5");
    fields("Content-Length: 5.0", 400, "Host: a.example", "Content-Length: 5.0");
    fields("Content-Length: 5e1", 400, "Host: a.example", "Content-Length: 5e1");
    fields("Content-Length: five", 400, "Host: a.example", "Content-Length: five");
    fields("Content-Length without a value", 400, "Host: a.example", "Content-Length: ");
    fields("Content-Length: 5 5", 400, "Host: a.example", "Content-Length: 5 5");
    fields("Content-Length: 5;", 400, "Host: a.example", "Content-Length: 5;");
    fields("Content-Length: \"5\"", 400, "Host: a.example", "Content-Length: \"5\"");
    fields(
        "Content-Length: 9223372036854775808",
        400,
        "Host: a.example",
        "Content-Length: 9223372036854775808");
    fields(
        "Content-Length: 99999999999999999999",
        400,
        "Host: a.example",
        "Content-Length: 99999999999999999999");
    fields("Content-Length: twisted 214", 400, "Host: a.example", "Content-Length: \u00b2");
    fields("Content-Length: twisted 215", 400, "Host: a.example", "Content-Length: 5\u000b");
    fields("Content-Length: twisted 216", 400, "Host: a.example", "Content-Length: \u000b5");
    fields("Content-Length: twisted 217", 400, "Host: a.example", "Content-Length: 5\u001c");
    fields("Content-Length: 0 5", 400, "Host: a.example", "Content-Length: 0 5");
    fields("two Content-Lengths", 400, "Host: a.example", "Content-Length: 5", "Content-Length: 5");
    fields(
        "two Content-Lengths that differ",
        400,
        "Host: a.example",
        "Content-Length: 5",
        "Content-Length: 6");
    fields(
        "two Content-Lengths of nothing",
        400,
        "Host: a.example",
        "Content-Length: 0",
        "Content-Length: 0");
    fields(
        "Content-Length and chunked",
        400,
        "Host: a.example",
        "Content-Length: 5",
        "Transfer-Encoding: chunked");
    fields(
        "chunked and Content-Length",
        400,
        "Host: a.example",
        "Transfer-Encoding: chunked",
        "Content-Length: 5");
    fields(
        "Content-Length and identity",
        400,
        "Host: a.example",
        "Content-Length: 5",
        "Transfer-Encoding: identity");
  }

  /// RFC 9112 §6.1: of transfer codings exactly chunked.
  private void codings() {
    fields("Transfer-Encoding: identity", 400, "Host: a.example", "Transfer-Encoding: identity");
    fields("Transfer-Encoding: gzip", 400, "Host: a.example", "Transfer-Encoding: gzip");
    fields(
        "Transfer-Encoding: gzip, chunked",
        400,
        "Host: a.example",
        "Transfer-Encoding: gzip, chunked");
    fields(
        "Transfer-Encoding: chunked, gzip",
        400,
        "Host: a.example",
        "Transfer-Encoding: chunked, gzip");
    fields(
        "Transfer-Encoding: identity, chunked",
        400,
        "Host: a.example",
        "Transfer-Encoding: identity, chunked");
    fields(
        "Transfer-Encoding: chunked, identity",
        400,
        "Host: a.example",
        "Transfer-Encoding: chunked, identity");
    fields(
        "Transfer-Encoding: chunked, chunked",
        400,
        "Host: a.example",
        "Transfer-Encoding: chunked, chunked");
    fields("Transfer-Encoding: , chunked", 400, "Host: a.example", "Transfer-Encoding: , chunked");
    fields("Transfer-Encoding: chunked,", 400, "Host: a.example", "Transfer-Encoding: chunked,");
    fields(
        "Transfer-Encoding: chunked;q=1", 400, "Host: a.example", "Transfer-Encoding: chunked;q=1");
    fields(
        "Transfer-Encoding: \"chunked\"", 400, "Host: a.example", "Transfer-Encoding: \"chunked\"");
    fields("Transfer-Encoding: 'chunked'", 400, "Host: a.example", "Transfer-Encoding: 'chunked'");
    fields("Transfer-Encoding: xchunked", 400, "Host: a.example", "Transfer-Encoding: xchunked");
    fields("Transfer-Encoding: chunkedx", 400, "Host: a.example", "Transfer-Encoding: chunkedx");
    fields("Transfer-Encoding: chunk", 400, "Host: a.example", "Transfer-Encoding: chunk");
    fields(
        "Transfer-Encoding: chunked chunked",
        400,
        "Host: a.example",
        "Transfer-Encoding: chunked chunked");
    fields("Transfer-Encoding without a value", 400, "Host: a.example", "Transfer-Encoding: ");
    fields(
        "Transfer-Encoding twisted 243",
        400,
        "Host: a.example",
        "Transfer-Encoding: chunked\u000b");
    fields(
        "Transfer-Encoding twisted 244",
        400,
        "Host: a.example",
        "Transfer-Encoding: \u000bchunked");
    fields(
        "Transfer-Encoding twisted 245",
        400,
        "Host: a.example",
        "Transfer-Encoding: chunked\u0000");
    fields("Transfer-Encoding twisted 246", 400, "Host: a.example", "Transfer-Encoding: chun\tked");
    fields("Transfer-Encoding: deflate", 400, "Host: a.example", "Transfer-Encoding: deflate");
    fields(
        "Transfer-Encoding: compress, chunked",
        400,
        "Host: a.example",
        "Transfer-Encoding: compress, chunked");
    fields("Transfer-Encoding: trailers", 400, "Host: a.example", "Transfer-Encoding: trailers");
    fields(
        "two Transfer-Encodings",
        400,
        "Host: a.example",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked");
    fields(
        "identity and chunked on two lines",
        400,
        "Host: a.example",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: chunked");
    fields(
        "chunked and identity on two lines",
        400,
        "Host: a.example",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: identity");
    fields(
        "a space before the colon of Transfer-Encoding",
        400,
        "Host: a.example",
        "Transfer-Encoding : chunked");
    fields(
        "an underscore does not make it Transfer-Encoding, a space in it is refused",
        400,
        "Host: a.example",
        "Transfer Encoding: chunked");
    raw(
        "chunked in HTTP/1.0",
        400,
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  }

  /// security.md: eight bytes of a second request as the body of a WebSocket draft.
  private void drafts() {
    fields(
        "Sec-WebSocket-Key1",
        400,
        "Host: a.example",
        "Sec-WebSocket-Key1: a",
        "Upgrade: WebSocket",
        "Connection: Upgrade");
    fields("Sec-WebSocket-Key2", 400, "Host: a.example", "Sec-WebSocket-Key2: a");
    fields(
        "both keys of the draft",
        400,
        "Host: a.example",
        "Sec-WebSocket-Key1: a",
        "Sec-WebSocket-Key2: b");
  }

  /// RFC 9110 §10.1.1: 100-continue is the one expectation.
  private void expectations() {
    fields("Expect: 200-ok", 417, "Host: a.example", "Expect: 200-ok");
    fields(
        "Expect: 100-continue, 100-continue",
        417,
        "Host: a.example",
        "Expect: 100-continue, 100-continue");
    fields("Expect: 100-continue;q=1", 417, "Host: a.example", "Expect: 100-continue;q=1");
    fields("Expect: nothing", 417, "Host: a.example", "Expect: nothing");
    fields("Expect without a value", 417, "Host: a.example", "Expect: ");
    fields("Expect: 100 continue", 417, "Host: a.example", "Expect: 100 continue");
    fields("two Expects", 417, "Host: a.example", "Expect: 100-continue", "Expect: 100-continue");
  }

  /// security.md S6.
  private void sizes() {
    line("a target of 8 KiB and a byte", "GET /" + "a".repeat(8192) + " HTTP/1.1", 414);
    line("a request line past every limit", "GET /" + "a".repeat(20_000) + " HTTP/1.1", 414);
    line("a target that never ends", "GET /" + "a".repeat(200_000), 414);
    line("257 query parameters", "GET /?" + "a=1&".repeat(256) + "a=1 HTTP/1.1", 414);
    fields("a field of 33 KiB", 431, "Host: a.example", "X: " + "a".repeat(33 << 10));
    fields("a name of 33 KiB", 431, "Host: a.example", "X".repeat(33 << 10) + ": a");
    fields("100 fields beside Host", 431, ("Host: a.example\n" + "X: a\n".repeat(100)).split("\n"));
    fields("100 fields of other names", 431, manyNames());
    fields(
        "fields of 33 KiB together",
        431,
        ("Host: a.example\n" + ("X: " + "a".repeat(1000) + "\n").repeat(33)).split("\n"));
  }

  /// RFC 9112 §7.1: what is wrong inside a body; its end is never seen.
  private void chunks() {
    body(
        "a chunk size that is no number",
        400,
        "Transfer-Encoding: chunked",
        "x\r\nhello\r\n0\r\n\r\n");
    body("a negative chunk size", 400, "Transfer-Encoding: chunked", "-5\r\nhello\r\n0\r\n\r\n");
    body("a signed chunk size", 400, "Transfer-Encoding: chunked", "+5\r\nhello\r\n0\r\n\r\n");
    body("a chunk size with 0x", 400, "Transfer-Encoding: chunked", "0x5\r\nhello\r\n0\r\n\r\n");
    body("an empty chunk size", 400, "Transfer-Encoding: chunked", "\r\nhello\r\n0\r\n\r\n");
    body(
        "a chunk size that overflows",
        400,
        "Transfer-Encoding: chunked",
        "FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n");
    body(
        "a chunk size of 2^31",
        400,
        "Transfer-Encoding: chunked",
        "80000000\r\nhello\r\n0\r\n\r\n");
    body(
        "a space before a chunk size",
        400,
        "Transfer-Encoding: chunked",
        " 5\r\nhello\r\n0\r\n\r\n");
    body(
        "a tab before a chunk size",
        400,
        "Transfer-Encoding: chunked",
        "\t5\r\nhello\r\n0\r\n\r\n");
    body(
        "a space after a chunk size",
        400,
        "Transfer-Encoding: chunked",
        "5 \r\nhello\r\n0\r\n\r\n");
    body(
        "a chunk longer than its size",
        400,
        "Transfer-Encoding: chunked",
        "5\r\nhello!\r\n0\r\n\r\n");
    body(
        "a chunk shorter than its size",
        400,
        "Transfer-Encoding: chunked",
        "5\r\nhell\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    body(
        "a bare LF after a chunk size", 400, "Transfer-Encoding: chunked", "5\nhello\r\n0\r\n\r\n");
    body("a bare LF after a chunk", 400, "Transfer-Encoding: chunked", "5\r\nhello\n0\r\n\r\n");
    body("a bare CR after a chunk", 400, "Transfer-Encoding: chunked", "5\r\nhello\r0\r\n\r\n");
    body("no CRLF after a chunk", 400, "Transfer-Encoding: chunked", "5\r\nhello0\r\n\r\n");
    body(
        "a bare LF after the last chunk",
        400,
        "Transfer-Encoding: chunked",
        "5\r\nhello\r\n0\n\r\n");
    body(
        "a bare LF in an extension",
        400,
        "Transfer-Encoding: chunked",
        "5;a\nb\r\nhello\r\n0\r\n\r\n");
    body(
        "a bare CR in an extension",
        400,
        "Transfer-Encoding: chunked",
        "5;a\rb\r\nhello\r\n0\r\n\r\n");
    body(
        "an extension without a size",
        400,
        "Transfer-Encoding: chunked",
        ";a=b\r\nhello\r\n0\r\n\r\n");
    body(
        "a NUL in a chunk size",
        400,
        "Transfer-Encoding: chunked",
        "5\u0000\r\nhello\r\n0\r\n\r\n");
    body("a comma in a chunk size", 400, "Transfer-Encoding: chunked", "5,5\r\nhello\r\n0\r\n\r\n");
    body("a trailer without a colon", 400, "Transfer-Encoding: chunked", "0\r\nX\r\n\r\n");
    body("a trailer with an empty name", 400, "Transfer-Encoding: chunked", "0\r\n: a\r\n\r\n");
    body("a trailer with a bare LF", 400, "Transfer-Encoding: chunked", "0\r\nX: a\n\r\n");
    body(
        "an underscore in a chunk size",
        400,
        "Transfer-Encoding: chunked",
        "5_0\r\nhello\r\n0\r\n\r\n");
    body(
        "100 fields and more in the trailers",
        431,
        "Transfer-Encoding: chunked",
        "0\r\n" + "X: a\r\n".repeat(200) + "\r\n");
    body(
        "trailers of 33 KiB",
        431,
        "Transfer-Encoding: chunked",
        "0\r\nX: " + "a".repeat(33 << 10) + "\r\n\r\n");
    body(
        "a chunk extension of 20 KiB",
        400,
        "Transfer-Encoding: chunked",
        "5;" + "a".repeat(20_000) + "\r\nhello\r\n0\r\n\r\n");
  }
}
