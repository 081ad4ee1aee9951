package dev.metronome.http.api;

import dev.metronome.model.record.Vote;
import dev.metronome.pipeline.steering.Voter;
import dev.metronome.pipeline.steering.Voter.Answer;
import dev.metronome.state.EventFinder;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.Map;
import java.util.Set;

/** Takes the votes that an event waits for; who votes is known at the door. */
final class Approving {
  private final EventFinder finder;
  private final Voter voter;
  private final Clock clock;

  Approving(EventFinder finder, Voter voter, Clock clock) {
    this.finder = finder;
    this.voter = voter;
    this.clock = clock;
  }

  /** Body: {@code Deny}, {@code Reason}. 200 with the vote if it counts. */
  HttpAnswer approve(ApiRequest request) {
    JsonObject body = request.body(Set.of("Deny", "Reason"));
    if (!(body.getValue("Deny", false) instanceof Boolean deny)) {
      throw RequestException.badRequest("`Deny` must be true or false");
    }
    String id = finder.id(request.part("id"));
    Answer answer =
        voter.vote(
            new Voter.Wish(
                id,
                request.sender(),
                request.groups(),
                deny ? Vote.Choice.DENY : Vote.Choice.APPROVE,
                clock.instant(),
                Steering.text(body, "Reason")));
    return answered(id, answer);
  }

  private static HttpAnswer answered(String id, Answer answer) {
    if (answer instanceof Answer.Counted counted) {
      return HttpAnswer.json(
          200,
          Map.of(
              "ID",
              id,
              "Message",
              counted.sentence(),
              "Missing",
              counted.missing(),
              "Vote",
              counted.vote()));
    }
    if (answer instanceof Answer.Refused refused) {
      throw new RequestException(
          403,
          "the vote would not count: " + refused.why(),
          "users and groups stand in the file that http-users names");
    }
    if (answer instanceof Answer.Late late) {
      throw RequestException.conflict(
          "there is nothing to vote about: " + late.why(), "GET /v1/events/" + id + " shows it");
    }
    throw answer instanceof Answer.Unknown
        ? RequestException.notFound(
            "there is no event " + id + " any more", "it was removed meanwhile")
        : new RequestException(503, "event " + id + " changed all the time", "vote once more");
  }
}
