package dev.metronome.pipeline.steering;

/** An event cannot be gone on with; the message says why, and what to do instead. */
public final class NotRetryableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotRetryableException(String message) {
    super(message);
  }
}
