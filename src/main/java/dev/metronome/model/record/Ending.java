package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * That an event's ordered tasks have ended, while undo or {@code finally} is still to come.
 *
 * @param outcome how the event ends; what comes after adds to it, and never makes it better
 * @param undone NO of each task whose undo was opened, in that order
 * @param stage how far its ordered tasks came; with its cancellation, if that has done its work
 */
public record Ending(
    Outcome outcome,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Integer> undone,
    Stage stage) {

  public Ending {
    Objects.requireNonNull(outcome, "Outcome");
    Objects.requireNonNull(stage, "Stage");
    undone = undone == null ? List.of() : List.copyOf(undone);
  }

  Ending with(Outcome now) {
    return new Ending(now, undone, stage);
  }

  /** The same, with the undo of this task opened. */
  Ending undoing(int no) {
    List<Integer> more = new ArrayList<>(undone);
    more.add(no);
    return new Ending(outcome, more, stage);
  }

  /** The same, with a wish that is obeyed by it. */
  Ending obeying(Cancellation wanted) {
    return new Ending(outcome, undone, stage.cancelled(Optional.of(wanted)));
  }

  /** Whether a wish that it is to end has been obeyed. */
  boolean isObeyed() {
    return stage.cancelled().isPresent();
  }
}
