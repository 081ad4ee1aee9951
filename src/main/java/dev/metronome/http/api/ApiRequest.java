package dev.metronome.http.api;

import dev.metronome.http.access.AccessControl;
import dev.metronome.http.access.Role;
import io.vertx.core.MultiMap;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A request, as far as it is understood. */
final class ApiRequest {
  private static final String PARAM = "param.";

  private final RoutingContext request;

  ApiRequest(RoutingContext request) {
    this.request = request;
  }

  String path() {
    return request.normalizedPath();
  }

  /** What stands in the path at {@code :name}. */
  String part(String name) {
    return request.pathParam(name);
  }

  /**
   * Refuses what is not understood, rather than to answer another question.
   *
   * @throws RequestException if the query has another name, or one of these twice
   */
  void demandOnly(Set<String> names) {
    Queries.objection(query(), names)
        .ifPresent(
            refusal -> {
              throw new RequestException(refusal);
            });
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(query().get(name)).filter(text -> !text.isEmpty());
  }

  /** Parts of a text with commas in between; none if it is absent. */
  List<String> words(String name) {
    return text(name).map(text -> List.of(text.split(",", -1))).orElse(List.of());
  }

  /**
   * @throws RequestException if it is no number from {@code least} to {@code most}
   */
  Optional<Integer> number(String name, int least, int most) {
    return text(name).map(text -> number(name, text, least, most));
  }

  private static int number(String name, String text, int least, int most) {
    if (text.matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw RequestException.badRequest(
        "`" + name + "` must be a number from " + least + " to " + most + ", found `" + text + "`");
  }

  /**
   * Whether it is {@code true}; absent is false.
   *
   * @throws RequestException if it is neither
   */
  boolean flag(String name) {
    String text = text(name).orElse("false");
    if (!Set.of("true", "false").contains(text)) {
      throw RequestException.badRequest("`" + name + "` must be true or false");
    }
    return text.equals("true");
  }

  /** What an event would come with: {@code param.NAME=VALUE}. */
  Map<String, String> params() {
    Map<String, String> params = new TreeMap<>();
    for (Map.Entry<String, String> entry : query()) {
      if (entry.getKey().startsWith(PARAM)) {
        params.put(entry.getKey().substring(PARAM.length()), entry.getValue());
      }
    }
    return params;
  }

  /**
   * The fields of the JSON object that is the body; none if there is no body.
   *
   * @throws RequestException if it is something else, or has other fields than these
   */
  JsonObject body(Set<String> names) {
    demandOnly(Set.of());
    if (request.body() == null || request.body().length() <= 0) {
      return new JsonObject();
    }
    demandJson();
    JsonObject body = object();
    for (String name : body.fieldNames()) {
      if (!names.contains(name)) {
        throw RequestException.badRequest(
            "there is no such field here as one that is there",
            "understood are " + String.join(", ", names.stream().sorted().toList()));
      }
    }
    return body;
  }

  private void demandJson() {
    String type = request.request().getHeader("Content-Type");
    if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
      throw new RequestException(
          415,
          "the body must be said to be JSON",
          "send the header Content-Type: application/json");
    }
  }

  private JsonObject object() {
    JsonObject object = null; // as of a body that is `null`
    try {
      object = request.body().asJsonObject();
    } catch (DecodeException | ClassCastException e) {
      // said below
    }
    if (object == null) {
      throw RequestException.badRequest("the body must be a JSON object");
    }
    return object;
  }

  /** Who asks, as far as is known. */
  String sender() {
    return request.request().getHeader(AccessControl.VISITOR);
  }

  /** What he may do. */
  Role role() {
    return request.get(AccessControl.ROLE);
  }

  /** The groups that he is of. */
  List<String> groups() {
    return request.get(AccessControl.GROUPS);
  }

  /** The trace that it is part of; a header that is there twice is none, as W3C says. */
  Optional<String> trace() {
    List<String> headers = request.request().headers().getAll("traceparent");
    return headers.size() == 1 ? Optional.of(headers.get(0)) : Optional.empty();
  }

  private MultiMap query() {
    return Queries.of(request);
  }
}
