package dev.terrace;

import dev.terrace.http.Headers;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A shop whose answers show one thing each that a cache does. Products are changed by POST;
/// nothing else is remembered. Safe for use by any thread.
final class DemoShop {
  private static final int PRODUCTS = 100;
  private static final Pattern PRODUCT = Pattern.compile("/(products|stock)/([1-9][0-9]{0,2})");
  private static final Map<String, String> GREETINGS =
      Map.of("de", "Guten Tag", "en", "Hello", "fr", "Bonjour", "ja", "こんにちは");

  record Reply(int status, String json, Headers headers) {
    /// @param fields a name and a value by turns
    Reply(int status, String json, String... fields) {
      this(status, json, Headers.of(fields));
    }
  }

  private final InstantSource clock;

  /// How often each product was changed.
  private final Map<Integer, Integer> revisions = new ConcurrentHashMap<>();

  DemoShop(InstantSource clock) {
    this.clock = clock;
  }

  /// @param language as Accept-Language gives it; may be empty
  Reply reply(String method, String path, String language) {
    Matcher product = PRODUCT.matcher(path);
    if (product.matches() && Integer.parseInt(product.group(2)) <= PRODUCTS) {
      int id = Integer.parseInt(product.group(2));
      return method.equals("POST") ? changed(id) : product(id, product.group(1));
    }
    return switch (path) {
      case "/" -> new Reply(200, "{\"try\": \"/products/1\"}", "Cache-Control", "max-age=60");
      case "/products" ->
          new Reply(
              200,
              "{\"products\": " + PRODUCTS + ", \"first\": \"/products/1\"}",
              "Cache-Control",
              "max-age=30",
              "Surrogate-Key",
              "products");
      case "/greeting" -> greeting(language);
      case "/news" ->
          new Reply(
              200,
              "{\"at\": \"" + clock.instant() + "\"}",
              "Cache-Control",
              "max-age=5, stale-while-revalidate=60");
      case "/time" ->
          new Reply(200, "{\"now\": \"" + clock.instant() + "\"}", "Cache-Control", "no-store");
      case "/account" ->
          new Reply(
              200,
              "{\"hello\": \"you\"}",
              "Cache-Control",
              "max-age=60",
              "Set-Cookie",
              "session=demo; HttpOnly");
      case "/plain" -> new Reply(200, "{\"lifetime\": \"not stated: try --cache-ttl 60\"}");
      case "/error" -> new Reply(500, "{\"error\": \"as asked\"}");
      default -> new Reply(404, "{\"error\": \"not found\"}");
    };
  }

  /// A product lives for a minute; its stock is to be confirmed at every use.
  private Reply product(int id, String kind) {
    int revision = revisions.getOrDefault(id, 0);
    String etag = "\"" + kind + "-" + id + "-" + revision + "\"";
    boolean isStock = kind.equals("stock");
    String json =
        isStock
            ? "{\"id\": %d, \"inStock\": %d}".formatted(id, 10 + id % 7)
            : "{\"id\": %d, \"name\": \"Product %d\", \"cents\": %d}"
                .formatted(id, id, 100 * id - 1 + revision);
    return new Reply(
        200,
        json,
        "Cache-Control",
        isStock ? "no-cache" : "max-age=60",
        "ETag",
        etag,
        "Surrogate-Key",
        "products product-" + id);
  }

  private Reply changed(int id) {
    int revision = revisions.merge(id, 1, Integer::sum);
    return new Reply(200, "{\"id\": %d, \"revision\": %d}".formatted(id, revision));
  }

  private static Reply greeting(String wanted) {
    String prefix = wanted.substring(0, Math.min(2, wanted.length()));
    String language = GREETINGS.containsKey(prefix) ? prefix : "en";
    return new Reply(
        200,
        "{\"greeting\": \"" + GREETINGS.get(language) + "\"}",
        "Cache-Control",
        "max-age=60",
        "Content-Language",
        language,
        "Vary",
        "Accept-Language");
  }
}
