package dev.metronome.agent;

/** An event cannot be run, since a task file has an error; the message names its place. */
public final class TaskFileException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TaskFileException(String message) {
    super(message);
  }
}
