package dev.metronome.pipeline.queue;

import dev.metronome.model.record.Event;

/**
 * An event does not come with the parameters that its task files declare, or is for nobody who is
 * there. Nothing was queued.
 */
public final class RejectedEventException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RejectedEventException(Event event, String objection) {
    super("the event " + event.name() + " is not taken as it is: " + objection);
  }

  /** What its sender can do. */
  public String hint() {
    return "`metronome plan` lists the parameters that it takes, `metronome nodes` the agents";
  }
}
