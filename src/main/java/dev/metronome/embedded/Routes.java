package dev.metronome.embedded;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which endpoint answers which path; a path that ends with a slash stands for all below it that has
 * no longer one.
 */
final class Routes {
  private record Route(List<String> methods, Endpoint endpoint) {}

  private final Map<String, Route> exact = new HashMap<>();
  private final List<String> prefixes = new ArrayList<>();

  Routes add(String methods, String path, Endpoint endpoint) {
    exact.put(path, new Route(List.of(methods.split(",", -1)), endpoint));
    if (path.endsWith("/")) {
      prefixes.add(path);
      prefixes.sort(Comparator.comparingInt(String::length).reversed());
    }
    return this;
  }

  Endpoint find(HttpRequest request) {
    Route route = exact.get(request.path());
    if (route == null) {
      route =
          prefixes.stream()
              .filter(request.path()::startsWith)
              .findFirst()
              .map(exact::get)
              .orElse(null);
    }
    if (route == null) {
      return r -> Reply.empty(404);
    }
    if (request.method().equals("OPTIONS")) {
      return r -> Reply.empty(200);
    }
    if (!route.methods().contains(request.method())) {
      String allowed = "OPTIONS," + String.join(",", route.methods());
      return r -> Reply.text(405, "method " + r.method() + " not allowed").with("Allow", allowed);
    }
    return route.endpoint();
  }
}
