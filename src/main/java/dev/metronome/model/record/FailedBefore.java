package dev.metronome.model.record;

import java.util.Objects;

/**
 * The first task of an event that has failed without ending it, since its step goes on then.
 *
 * @param no its NO
 * @param outcome what came of it, with the task's name in its message
 */
public record FailedBefore(int no, Outcome outcome) {
  public FailedBefore {
    Objects.requireNonNull(outcome, "Outcome");
  }
}
