package dev.metronome.pipeline.execute;

import dev.metronome.model.record.Reason;

/** An operation did not do its work; the message is what the task's result will say. */
public final class OperationFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  public OperationFailedException(String message) {
    this(Reason.FAILED, message);
  }

  public OperationFailedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** The same, with where it happened. */
  OperationFailedException at(String place) {
    return new OperationFailedException(reason, getMessage() + " (" + place + ")");
  }

  public Reason reason() {
    return reason;
  }
}
