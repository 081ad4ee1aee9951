package dev.metronome.http.api;

import dev.metronome.http.port.ErrorAnswer;
import dev.metronome.model.schedule.Nearest;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes the query off a request before Camel sees it: Camel would make headers of its parameters,
 * and a header says who asks, and what a body is. Refuses those that nobody understands.
 *
 * <p>A route of somebody's own that wants them finds them in {@code CamelHttpQuery}.
 */
public final class Queries implements Handler<RoutingContext> {

  private static final String KEY = "metronome.query";
  private static final String PARAM = "param.";

  /** Of what is ours and answered by Camel; what the API answers itself it asks here for. */
  private static final Map<String, Set<String>> OURS =
      Map.of(
          "GET /metrics", Set.of(),
          "POST /v1/events", Set.of(),
          "GET /health", Set.of("exposureLevel"),
          "GET /health/live", Set.of("exposureLevel"),
          "GET /health/ready", Set.of("exposureLevel"));

  @Override
  public void handle(RoutingContext request) {
    try {
      MultiMap query = request.queryParams();
      request.put(KEY, MultiMap.caseInsensitiveMultiMap().addAll(query));
      query.clear();
    } catch (RuntimeException e) {
      new ErrorAnswer(400, "the query is not properly encoded", "see RFC 3986")
          .send(request.response());
      return;
    }
    String place = request.request().method() + " " + request.normalizedPath();
    Set<String> known =
        OURS.get(place.endsWith("/") ? place.substring(0, place.length() - 1) : place);
    Optional<ErrorAnswer> objection =
        known == null ? Optional.empty() : objection(of(request), known);
    if (objection.isPresent()) {
      objection.get().send(request.response());
    } else {
      request.next();
    }
  }

  /** What was asked for. */
  static MultiMap of(RoutingContext request) {
    MultiMap kept = request.get(KEY);
    return kept == null ? request.queryParams() : kept;
  }

  /**
   * What speaks against a query, rather than to answer another question: another name than these,
   * or one of them twice.
   *
   * @param names {@code param.} stands for all that begin so
   */
  static Optional<ErrorAnswer> objection(MultiMap query, Set<String> names) {
    for (String name : query.names()) {
      if (!names.contains(name) && !(name.startsWith(PARAM) && names.contains(PARAM))) {
        return Optional.of(
            new ErrorAnswer(
                400, "there is no query parameter `" + name + "` here", hint(name, names)));
      }
      if (query.getAll(name).size() > 1) {
        return Optional.of(
            new ErrorAnswer(
                400, "the query parameter `" + name + "` is there twice", "give it once"));
      }
    }
    return Optional.empty();
  }

  private static String hint(String name, Set<String> names) {
    if (names.isEmpty()) {
      return "none is understood";
    }
    String all = "understood are " + String.join(", ", names.stream().sorted().toList());
    return Nearest.to(name, names).map(near -> "did you mean `" + near + "`? " + all).orElse(all);
  }
}
