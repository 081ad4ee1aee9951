package dev.metronome.state;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.metronome.model.record.Status;
import java.util.Locale;

/** How an event, a task or a task on a node stands: {@link Status}, and what comes before it. */
public enum State {
  /** An event in the event queue. */
  QUEUED,
  /** A task whose turn has not come, or that no node matches yet. */
  WAITING,
  /** A task on a node that has not taken it yet. */
  ASSIGNED,
  INPROGRESS,
  SUCCESS,
  ERROR,
  SKIP,
  TIMEOUT,
  /** A task whose turn did not come before its event ended. */
  DROPPED;

  public static State of(Status status) {
    return valueOf(status.name());
  }

  /** The word in JSON and on screens. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException if there is no such word
   */
  @JsonCreator
  public static State of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  public boolean isFinal() {
    return compareTo(INPROGRESS) > 0;
  }

  /** Whether an event ends with a task that ended so. */
  public boolean isFailure() {
    return this == ERROR || this == TIMEOUT;
  }
}
