package dev.terrace.admin;

import dev.terrace.admin.AdminAccess.Permission;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The calls of the admin API by path and method. HEAD is taken wherever GET is.
final class Routes {
  /// @param maxBodyBytes 0 where the call takes no body
  record Route(Permission permission, int maxBodyBytes, Call call) {}

  private final Map<String, Map<String, Route>> byPath = new HashMap<>();

  void add(String method, String path, Route route) {
    byPath.computeIfAbsent(path, key -> new LinkedHashMap<>()).put(method, route);
  }

  /// Every call, as `GET /cache/stats`.
  Set<String> calls() {
    Set<String> calls = new TreeSet<>();
    byPath.forEach(
        (path, methods) -> methods.keySet().forEach(method -> calls.add(method + " " + path)));
    return calls;
  }

  /// The route of this request. Where there is none it is one that answers 404, or 405 with Allow,
  /// to those who may read.
  Route find(String method, String path) {
    Map<String, Route> methods = byPath.getOrDefault(path, Map.of());
    Route route = methods.get(method.equals("HEAD") ? "GET" : method);
    if (route != null) {
      return route;
    }
    Answer answer = methods.isEmpty() ? notFound() : notAllowed(methods);
    return new Route(Permission.READ, 0, request -> answer);
  }

  private static Answer notFound() {
    return Answer.problem(404, "the admin API has no such call");
  }

  private static Answer notAllowed(Map<String, Route> methods) {
    TreeSet<String> allowed = new TreeSet<>(methods.keySet());
    if (allowed.contains("GET")) {
      allowed.add("HEAD");
    }
    String list = String.join(", ", allowed);
    return Answer.problem(405, "expected " + list).with("Allow", list);
  }
}
