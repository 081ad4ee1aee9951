package dev.metronome.http.api;

import dev.metronome.model.record.Limit;
import dev.metronome.model.record.Parameter;
import dev.metronome.model.schedule.EventDefinition;
import dev.metronome.model.schedule.Nearest;
import dev.metronome.model.schedule.OrderedTask;
import dev.metronome.model.schedule.Pattern;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.pipeline.steering.NotRetryableException;
import dev.metronome.pipeline.steering.Retrier;
import dev.metronome.state.EventFinder;
import dev.metronome.state.forecast.Changes;
import dev.metronome.state.forecast.Fingerprint;
import dev.metronome.state.forecast.Forecast;
import dev.metronome.state.forecast.Forecaster;
import dev.metronome.state.forecast.UndefinedEventException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Answers what events there are, and what would become of one, by the agent's own task files. */
final class PlanAnswers {
  private final Supplier<Schedule> schedule;
  private final Forecaster forecaster;
  private final Retrier retrier;
  private final EventFinder finder;
  private final Clock clock;

  PlanAnswers(
      Supplier<Schedule> schedule,
      Forecaster forecaster,
      Retrier retrier,
      EventFinder finder,
      Clock clock) {
    this.schedule = schedule;
    this.forecaster = forecaster;
    this.retrier = retrier;
    this.finder = finder;
    this.clock = clock;
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
    if (request.text("retry").isPresent()) {
      return retry(request);
    }
    request.demandOnly(Set.of("event", "limit", "ahead", "param."));
    Optional<String> event = request.text("event");
    return HttpAnswer.json(
        forecast(
            () ->
                forecaster.of(
                    Forecaster.imagined(
                        event.orElseThrow(
                            () ->
                                RequestException.badRequest(
                                    "`event` is missing", "GET /v1/plan?event=NAME&param.k=v")),
                        request.params(),
                        limit(request),
                        request.flag("ahead"),
                        clock.instant()))));
  }

  /** It brings its event, parameters and limit along. */
  private HttpAnswer retry(ApiRequest request) {
    request.demandOnly(Set.of("retry", "from", "failed-nodes"));
    Retrier.Scope scope =
        request.flag("failed-nodes") ? Retrier.Scope.FAILED_NODES : Retrier.Scope.ALL;
    String id = finder.id(request.text("retry").orElseThrow());
    return HttpAnswer.json(forecast(id, scope, request.number("from", 0, Steering.LAST_TASK)));
  }

  private Forecast forecast(String id, Retrier.Scope scope, Optional<Integer> from) {
    Retrier.Wish wish =
        new Retrier.Wish(id, "forecast", scope, from, "plan", clock.instant(), Optional.empty());
    try {
      return forecast(() -> forecaster.of(retrier.foreseen(wish)));
    } catch (NotRetryableException e) {
      throw RequestException.of(e, id);
    }
  }

  /**
   * Refuses to go on with an event otherwise than somebody has seen it.
   *
   * @param plan a fingerprint
   * @throws RequestException if a retry would do something else
   */
  void demandSame(String plan, String id, Retrier.Scope scope, Optional<Integer> from) {
    Fingerprint seen =
        Fingerprint.parse(plan)
            .orElseThrow(() -> RequestException.badRequest("`Plan` must be a plan's fingerprint"));
    List<String> changes = Changes.since(seen, forecast(id, scope, from));
    if (!changes.isEmpty()) {
      throw RequestException.changed(changes);
    }
  }

  private static Optional<Limit> limit(ApiRequest request) {
    try {
      return request.text("limit").map(Limit::of);
    } catch (IllegalArgumentException e) {
      throw RequestException.badRequest(e.getMessage());
    }
  }

  /**
   * @throws RequestException if there can be none
   */
  private Forecast forecast(Supplier<Forecast> course) {
    try {
      return course.get();
    } catch (UndefinedEventException e) {
      throw RequestException.notFound(
          e.getMessage() + Nearest.hint(e.event(), schedule.get().eventNames()),
          "GET /v1/patterns lists the events of this agent");
    } catch (IllegalArgumentException e) {
      throw RequestException.badRequest(e.getMessage());
    }
  }
}
