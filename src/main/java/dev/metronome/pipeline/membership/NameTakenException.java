package dev.metronome.pipeline.membership;

/** Another living agent bears this node name; the message says which process it is. */
public final class NameTakenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NameTakenException(String message) {
    super(message);
  }
}
