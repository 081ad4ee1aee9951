package dev.metronome.pipeline.dispatch;

/** This agent does not lead, or no longer; another one does the work. */
public final class NotLeaderException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public NotLeaderException() {
    super("this agent does not lead; nothing was changed");
  }
}
