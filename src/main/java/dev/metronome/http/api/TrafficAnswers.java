package dev.metronome.http.api;

import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.FreezeScope;
import dev.metronome.model.record.Lane;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.pipeline.membership.Roster;
import dev.metronome.pipeline.traffic.CronStates;
import dev.metronome.pipeline.traffic.Freezes;
import dev.metronome.state.CronView;
import dev.metronome.state.Crons;
import dev.metronome.state.WindowsView;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Freezes and thaws, tells windows, and tells and pauses what is fired by the calendar. */
final class TrafficAnswers {
  private static final int OK = 200;

  private final Freezes freezes;
  private final CronStates states;
  private final Crons crons;
  private final Supplier<Roster> agents;
  private final Supplier<Schedule> schedule;
  private final Clock clock;

  TrafficAnswers(
      Freezes freezes,
      CronStates states,
      Crons crons,
      Supplier<Roster> agents,
      Supplier<Schedule> schedule,
      Clock clock) {
    this.freezes = freezes;
    this.states = states;
    this.crons = crons;
    this.agents = agents;
    this.schedule = schedule;
    this.clock = clock;
  }

  /** Body: {@code Event} or {@code Lane}, {@code Reason}, {@code Until}. 200 with the freeze. */
  HttpAnswer freeze(ApiRequest request) {
    JsonObject body = request.body(Set.of("Event", "Lane", "Reason", "Until"));
    String reason =
        Steering.text(body, "Reason")
            .orElseThrow(
                () ->
                    RequestException.badRequest(
                        "a freeze needs a `Reason`", "{\"Reason\": \"the database is moved\"}"));
    Instant now = clock.instant();
    Freeze freeze =
        Freeze.of(
            scope(Steering.text(body, "Event"), Steering.text(body, "Lane")),
            request.sender(),
            now,
            reason,
            Steering.text(body, "Until").map(text -> ahead(text, now)));
    freeze.event().ifPresent(this::demandDefined);
    freeze.lane().ifPresent(this::demandLane);
    freezes.freeze(freeze);
    return HttpAnswer.json(OK, freeze);
  }

  private static FreezeScope scope(Optional<String> event, Optional<String> lane) {
    if (event.isPresent() && lane.isPresent()) {
      throw RequestException.badRequest("a freeze is about an event or a lane, not both");
    }
    if (lane.filter(name -> !Lane.isName(name)).isPresent()) {
      throw RequestException.badRequest(Lane.NAME_RULE);
    }
    return new FreezeScope(event, lane);
  }

  private void demandLane(String lane) {
    agents
        .get()
        .unknownLane(lane)
        .ifPresent(
            why -> {
              throw RequestException.notFound(why + "; nothing was frozen", "");
            });
  }

  private void demandDefined(String event) {
    agents
        .get()
        .undefined(event)
        .ifPresent(
            why -> {
              throw RequestException.notFound(why + "; nothing was frozen", "");
            });
  }

  private static Instant ahead(String text, Instant now) {
    try {
      Instant time = OffsetDateTime.parse(text).toInstant();
      if (time.isAfter(now)) {
        return time;
      }
    } catch (DateTimeException e) {
      throw RequestException.badRequest(
          "`Until` must be a time with its zone such as 2026-01-31T08:00:00Z");
    }
    throw RequestException.badRequest("`Until` must be a time to come");
  }

  /** 200 if there was one; {@code event} or {@code lane} says which. */
  HttpAnswer thaw(ApiRequest request) {
    request.demandOnly(Set.of("event", "lane"));
    FreezeScope scope = scope(request.text("event"), request.text("lane"));
    if (!freezes.thaw(scope)) {
      throw RequestException.notFound(
          "there is no freeze of " + scope.subject(), "GET /v1/status tells what is `Frozen`");
    }
    return HttpAnswer.json(OK, Map.of("Thawed", true));
  }

  HttpAnswer windows(ApiRequest request) {
    request.demandOnly(Set.of());
    return HttpAnswer.json(Map.of("Windows", WindowsView.of(schedule.get(), clock.instant())));
  }

  HttpAnswer schedules(ApiRequest request) {
    request.demandOnly(Set.of());
    List<CronView> all = crons.views(schedule.get(), clock.instant());
    return HttpAnswer.json(Map.of("Schedules", all));
  }

  /** Body: {@code Reason}. */
  HttpAnswer pause(ApiRequest request) {
    JsonObject body = request.body(Set.of("Reason"));
    String name = known(request);
    Cancellation by =
        new Cancellation(request.sender(), clock.instant(), Steering.text(body, "Reason"));
    return done(states.pause(name, by), name);
  }

  HttpAnswer resume(ApiRequest request) {
    request.body(Set.of());
    String name = known(request);
    return done(states.resume(name, clock.instant()), name);
  }

  private String known(ApiRequest request) {
    String name = request.part("event");
    if (!schedule.get().crons().containsKey(name)) {
      throw RequestException.notFound(
          "the task files of this agent have no such event with `cron`",
          "GET /v1/schedules lists them");
    }
    return name;
  }

  private static HttpAnswer done(boolean done, String name) {
    if (!done) {
      throw new RequestException(
          503, "the record of `" + name + "` in Consul changed all the time", "do it once more");
    }
    return HttpAnswer.json(OK, Map.of("Event", name));
  }
}
