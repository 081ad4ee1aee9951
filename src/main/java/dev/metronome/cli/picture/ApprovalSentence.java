package dev.metronome.cli.picture;

import dev.metronome.model.record.AskedApproval;
import dev.metronome.model.record.Vote;
import dev.metronome.state.State;
import dev.metronome.state.TaskView;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whom an event waits for, until when, and how they answer. */
public final class ApprovalSentence {

  private ApprovalSentence() {}

  /**
   * {@code waits for an approval by 2 of ops, alice: To production?; approved by alice@desk; 7 h 12
   * min left; metronome approve 3f2a91bc [--deny]}; empty if the task is none, or not open.
   *
   * @param id what the event can be called by
   */
  public static Optional<String> of(String id, TaskView task, Instant now) {
    return task.approval()
        .filter(asked -> task.status() == State.INPROGRESS)
        .flatMap(
            asked -> asked.until().map(until -> sentence(asked, Duration.between(now, until), id)));
  }

  private static String sentence(AskedApproval asked, Duration left, String id) {
    String votes =
        asked.votes().stream()
            .map(Vote::sentence)
            .map(vote -> "; " + vote)
            .collect(Collectors.joining());
    return "waits for an approval by "
        + asked.approval().voters()
        + ": "
        + asked.approval().message()
        + votes
        + "; "
        + (left.isNegative() ? "its time is over" : Seconds.of(left) + " left")
        + "; metronome approve "
        + id
        + " [--deny]";
  }
}
