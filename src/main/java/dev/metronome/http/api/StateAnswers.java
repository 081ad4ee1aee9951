package dev.metronome.http.api;

import dev.metronome.config.Amounts;
import dev.metronome.state.EventFinder;
import dev.metronome.state.EventPage;
import dev.metronome.state.EventQuery;
import dev.metronome.state.EventView;
import dev.metronome.state.State;
import dev.metronome.state.Viewer;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Answers how the cluster and its events stand. */
final class StateAnswers {
  private static final int USUAL = 20;
  private static final int MOST = 1_000;
  private static final Set<State> STATES =
      EnumSet.of(
          State.QUEUED, State.INPROGRESS, State.SUCCESS, State.ERROR, State.SKIP, State.TIMEOUT);

  private final Viewer viewer;
  private final EventFinder finder;
  private final Clock clock;

  StateAnswers(Viewer viewer, EventFinder finder, Clock clock) {
    this.viewer = viewer;
    this.finder = finder;
    this.clock = clock;
  }

  HttpAnswer status(ApiRequest request) {
    request.demandOnly(Set.of());
    return HttpAnswer.json(viewer.cluster());
  }

  HttpAnswer nodes(ApiRequest request) {
    request.demandOnly(Set.of());
    return HttpAnswer.json(viewer.nodes());
  }

  HttpAnswer node(ApiRequest request) {
    request.demandOnly(Set.of());
    String name = request.part("node");
    return viewer
        .node(name)
        .map(HttpAnswer::json)
        .orElseThrow(
            () ->
                RequestException.notFound(
                    "neither Consul nor an agent tells of the node " + name,
                    "GET /v1/nodes lists them"));
  }

  /** Of a queue that is longer than we list only the length is told. */
  HttpAnswer queue(ApiRequest request) {
    request.demandOnly(Set.of());
    return HttpAnswer.json(viewer.queue(MOST));
  }

  HttpAnswer expected(ApiRequest request) {
    request.demandOnly(Set.of());
    return HttpAnswer.json(viewer.expected());
  }

  HttpAnswer events(ApiRequest request) {
    request.demandOnly(Set.of("status", "since", "limit", "name", "by", "param."));
    EventPage page = viewer.events(query(request));
    return HttpAnswer.json(page);
  }

  private EventQuery query(ApiRequest request) {
    Set<State> states =
        request.words("status").stream().map(StateAnswers::state).collect(Collectors.toSet());
    int limit = request.number("limit", 1, MOST).orElse(USUAL);
    try {
      return new EventQuery(
          states,
          request.text("since").map(this::time),
          request.text("name"),
          request.text("by"),
          request.params(),
          limit);
    } catch (IllegalArgumentException e) {
      throw RequestException.badRequest(e.getMessage());
    }
  }

  HttpAnswer event(ApiRequest request) {
    request.demandOnly(Set.of());
    EventView event = finder.event(request.part("id"));
    return HttpAnswer.json(event);
  }

  private static State state(String word) {
    Optional<State> known = STATES.stream().filter(state -> state.word().equals(word)).findFirst();
    return known.orElseThrow(
        () ->
            RequestException.badRequest(
                "no event has the status `" + word + "`",
                "known are " + String.join(", ", STATES.stream().map(State::word).toList())));
  }

  private Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      return ago(text);
    }
  }

  private Instant ago(String text) {
    try {
      return clock.instant().minus(Amounts.duration(text));
    } catch (DateTimeException | IllegalArgumentException e) {
      throw RequestException.badRequest(
          "`since` must be a time such as 2026-01-31T08:00:00Z, or how long ago such as 30m, 12h or"
              + " 7d; found `"
              + text
              + "`");
    }
  }

  /** For those who list what there is. */
  static List<String> states() {
    return STATES.stream().map(State::word).toList();
  }
}
