package dev.metronome.http.api;

import dev.metronome.model.record.Event;
import dev.metronome.model.record.Limit;
import dev.metronome.model.record.Parameter;
import dev.metronome.model.schedule.EventDefinition;
import dev.metronome.model.schedule.OrderedTask;
import dev.metronome.model.schedule.Pattern;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.state.EventFinder;
import dev.metronome.state.Viewer;
import dev.metronome.state.forecast.Forecast;
import dev.metronome.state.forecast.Forecaster;
import dev.metronome.state.forecast.UndefinedEventException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Answers what events there are, and what would become of one, by the agent's own task files. */
final class PlanAnswers {
  private final Supplier<Schedule> schedule;
  private final Forecaster forecaster;
  private final Viewer viewer;
  private final EventFinder finder;

  PlanAnswers(
      Supplier<Schedule> schedule, Forecaster forecaster, Viewer viewer, EventFinder finder) {
    this.schedule = schedule;
    this.forecaster = forecaster;
    this.viewer = viewer;
    this.finder = finder;
  }

  /**
   * An event that a pattern defines.
   *
   * @param parameters what the pattern declares of them; absent if it declares nothing
   * @param tasks names, in their order
   */
  record Known(
      String pattern,
      String event,
      String description,
      int priority,
      Optional<Map<String, Parameter>> parameters,
      List<String> tasks) {}

  HttpAnswer patterns(ApiRequest request) {
    request.demandOnly(Set.of());
    return HttpAnswer.json(
        schedule.get().patterns().stream()
            .flatMap(pattern -> pattern.events().values().stream().map(it -> known(pattern, it)))
            .toList());
  }

  private static Known known(Pattern pattern, EventDefinition event) {
    return new Known(
        pattern.name(),
        event.name(),
        event.description(),
        event.priority(),
        event.parameters().parts().stream().findFirst(),
        event.tasks().stream().map(OrderedTask::task).toList());
  }

  HttpAnswer plan(ApiRequest request) {
    request.demandOnly(Set.of("event", "retry", "limit", "param."));
    Optional<String> event = request.text("event");
    Optional<String> retry = request.text("retry");
    if (retry.isPresent()) {
      if (event.isPresent() || request.text("limit").isPresent() || !request.params().isEmpty()) {
        throw RequestException.badRequest(
            "`retry` brings its event, parameters and limit along",
            "leave out `event`, `limit` and `param.`");
      }
      Event first = accepted(finder.id(retry.get()));
      return HttpAnswer.json(forecast(first.name(), first.params(), first.limit()));
    }
    return HttpAnswer.json(
        forecast(
            event.orElseThrow(
                () ->
                    RequestException.badRequest(
                        "`event` is missing", "GET /v1/plan?event=NAME&param.k=v")),
            request.params(),
            limit(request)));
  }

  private static Optional<Limit> limit(ApiRequest request) {
    try {
      return request.text("limit").map(Limit::of);
    } catch (IllegalArgumentException e) {
      throw RequestException.badRequest(e.getMessage());
    }
  }

  private Event accepted(String id) {
    return viewer
        .accepted(id)
        .orElseThrow(
            () ->
                RequestException.conflict(
                    "event " + id + " cannot be retried: it has no plan, or none any more",
                    "GET /v1/events/" + id + " shows it"));
  }

  /**
   * @throws RequestException if there can be none
   */
  Forecast forecast(String event, Map<String, String> params, Optional<Limit> limit) {
    try {
      return forecaster.of(event, params, limit);
    } catch (UndefinedEventException e) {
      throw RequestException.notFound(
          e.getMessage(), "GET /v1/patterns lists the events of this agent");
    } catch (IllegalArgumentException e) {
      throw RequestException.badRequest(e.getMessage());
    }
  }
}
