package dev.metronome.agent;

/** A task file has errors; the message lists them all, with file, line and column. */
public final class TaskFileException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TaskFileException(String message) {
    super(message);
  }
}
