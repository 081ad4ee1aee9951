package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.Optional;

/**
 * How far a dispatched event is.
 *
 * @param current NO of the head task
 * @param opening of the head task
 * @param succeeded whether any earlier task ended as success
 * @param cancelled that somebody wants it to end; it then ends so, whatever its tasks come to
 * @param traceparent of the event's own span; absent unless the leader that planned it traces
 * @param epoch that the claims of the head task stand in; absent before the first is opened
 * @param leftOut the nodes that the head task is for and that do not run it
 * @param before of the earlier tasks
 * @param ending absent as long as it is at the ordered tasks
 */
record Stage(
    int current,
    @JsonUnwrapped Opening opening,
    boolean succeeded,
    Optional<Cancellation> cancelled,
    Optional<String> traceparent,
    Optional<Long> epoch,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<LeftOut> leftOut,
    @JsonUnwrapped TasksBefore before,
    Optional<Ending> ending) {

  Stage {
    cancelled = cancelled == null ? Optional.empty() : cancelled;
    traceparent = traceparent == null ? Optional.empty() : traceparent;
    epoch = epoch == null ? Optional.empty() : epoch;
    leftOut = leftOut == null ? List.of() : LeftOut.bounded(leftOut);
    ending = ending == null ? Optional.empty() : ending;
  }

  /** The task waits; nothing has been done before. */
  static Stage at(int first, List<String> leftOut) {
    return new Stage(
        first,
        Opening.NONE,
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        TasksBefore.none(leftOut),
        Optional.empty());
  }

  /**
   * Another task is its head, waiting.
   *
   * @param success whether the one before has ended so
   * @param told which tasks have left nodes out, that one too
   */
  Stage to(int no, boolean success, List<String> told) {
    return new Stage(
        no,
        Opening.NONE,
        succeeded || success,
        cancelled,
        traceparent,
        epoch,
        List.of(),
        before.leftOut(told),
        ending);
  }

  Stage open(Opening now, List<LeftOut> without) {
    return new Stage(
        current, now, succeeded, cancelled, traceparent, epoch, without, before, ending);
  }

  Stage with(Opening now) {
    return open(now, leftOut);
  }

  Stage with(TasksBefore known) {
    return new Stage(
        current, opening, succeeded, cancelled, traceparent, epoch, leftOut, known, ending);
  }

  Stage with(Ending end) {
    return ending(Optional.of(end));
  }

  private Stage ending(Optional<Ending> end) {
    return new Stage(
        current, opening, succeeded, cancelled, traceparent, epoch, leftOut, before, end);
  }

  /** What is known of its nodes stands in it, but not what of all may be taken back. */
  Ending end(Outcome outcome) {
    Stage then = with(before.taken(List.of())).ending(Optional.empty());
    return new Ending(outcome, List.of(), then.cancelled(Optional.empty()));
  }

  Stage cancelled(Optional<Cancellation> wanted) {
    return new Stage(
        current, opening, succeeded, wanted, traceparent, epoch, leftOut, before, ending);
  }

  Stage traced(Optional<String> place) {
    return new Stage(current, opening, succeeded, cancelled, place, epoch, leftOut, before, ending);
  }

  Stage in(long now) {
    Optional<Long> place = Optional.of(now);
    return new Stage(
        current, opening, succeeded, cancelled, traceparent, place, leftOut, before, ending);
  }
}
