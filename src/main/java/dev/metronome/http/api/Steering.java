package dev.metronome.http.api;

import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.EventResult;
import dev.metronome.pipeline.steering.Canceller;
import dev.metronome.pipeline.steering.NotRetryableException;
import dev.metronome.pipeline.steering.Retrier;
import dev.metronome.state.EventFinder;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Has events end, go on, or not begin; who wants it stands in the event's result. */
final class Steering {
  private static final int OK = 200;
  private static final int ACCEPTED = 202;
  static final int LAST_TASK = 999_999;

  private final EventFinder finder;
  private final Canceller canceller;
  private final Retrier retrier;
  private final PlanAnswers planning;
  private final Clock clock;

  Steering(
      EventFinder finder, Canceller canceller, Retrier retrier, PlanAnswers planning, Clock clock) {
    this.planning = planning;
    this.finder = finder;
    this.canceller = canceller;
    this.retrier = retrier;
    this.clock = clock;
  }

  /** Body: {@code Reason}. 202 while it ends, 200 if it had not begun. */
  HttpAnswer cancel(ApiRequest request) {
    JsonObject body = request.body(Set.of("Reason"));
    Cancellation wanted = wanted(request, text(body, "Reason"));
    String id = finder.id(request.part("id"));
    return cancelled(id, canceller.cancel(id, wanted));
  }

  /** 200 if it is out of the queue. */
  HttpAnswer drop(ApiRequest request) {
    request.demandOnly(Set.of());
    String id = finder.id(request.part("id"));
    return canceller
        .drop(id, wanted(request, Optional.empty()))
        .map(answer -> cancelled(id, answer))
        .orElseThrow(
            () ->
                RequestException.conflict(
                    "event " + id + " does not wait: it has begun, or ended before",
                    "POST /v1/events/" + id + "/cancel ends it"));
  }

  private Cancellation wanted(ApiRequest request, Optional<String> reason) {
    return new Cancellation(request.sender(), clock.instant(), reason);
  }

  private static HttpAnswer cancelled(String id, Canceller.Answer answer) {
    if (answer instanceof Canceller.Answer.Accepted accepted) {
      return said(ACCEPTED, id, "it is being " + accepted.standing().sentence());
    }
    if (answer instanceof Canceller.Answer.Removed) {
      return said(OK, id, "it had not begun, and is out of the queue");
    }
    if (answer instanceof Canceller.Answer.Ended ended) {
      EventResult result = ended.result();
      throw RequestException.conflict(
          "event " + id + " has ended before, as " + result.status().word(),
          "there is nothing to cancel");
    }
    if (answer instanceof Canceller.Answer.Foreign) {
      throw RequestException.conflict(
          "event " + id + " was begun by the original, nothing here runs it", "stop its agents");
    }
    throw answer instanceof Canceller.Answer.Unknown
        ? RequestException.notFound(
            "there is no event " + id + " any more", "it was removed meanwhile")
        : new RequestException(503, "event " + id + " changed all the time", "cancel it once more");
  }

  private static HttpAnswer said(int status, String id, String message) {
    return HttpAnswer.json(status, Map.of("ID", id, "Message", message));
  }

  /**
   * Body: {@code FailedNodes}, {@code From}, {@code Plan}. 202 with the ID of the event that goes
   * on.
   */
  HttpAnswer retry(ApiRequest request) {
    JsonObject body = request.body(Set.of("FailedNodes", "From", "Plan"));
    Retrier.Scope scope = scope(body);
    Optional<Integer> from = from(body);
    String id = finder.id(request.part("id"));
    Optional<String> seen = text(body, "Plan");
    seen.ifPresent(plan -> planning.demandSame(plan, id, scope, from));
    Retrier.Wish wish =
        new Retrier.Wish(
            id,
            UUID.randomUUID().toString(),
            scope,
            from,
            request.sender(),
            clock.instant(),
            request.trace(),
            seen);
    try {
      return said(ACCEPTED, retrier.retry(wish).id(), "it goes on with " + id);
    } catch (NotRetryableException e) {
      throw RequestException.of(e, id);
    }
  }

  private static Retrier.Scope scope(JsonObject body) {
    Object value = body.getValue("FailedNodes", false);
    if (!(value instanceof Boolean failed)) {
      throw RequestException.badRequest("`FailedNodes` must be true or false");
    }
    return failed ? Retrier.Scope.FAILED_NODES : Retrier.Scope.ALL;
  }

  private static Optional<Integer> from(JsonObject body) {
    Object value = body.getValue("From");
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Integer no && no >= 0 && no <= LAST_TASK) {
      return Optional.of(no);
    }
    throw RequestException.badRequest("`From` must be a task's number, from 0");
  }

  static Optional<String> text(JsonObject body, String name) {
    Object value = body.getValue(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof String text) {
      return Optional.of(text).filter(words -> !words.isBlank());
    }
    throw RequestException.badRequest("`" + name + "` must be text");
  }
}
