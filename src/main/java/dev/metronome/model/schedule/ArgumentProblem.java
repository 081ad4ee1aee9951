package dev.metronome.model.schedule;

import java.util.List;
import java.util.Objects;

/**
 * Something wrong with an operation's arguments.
 *
 * @param path keys that lead to the argument, such as {@code filter, tag}; empty: all of them
 * @param message one line, as in {@link Problem}
 * @param severity a warning is for who writes the file; the operation runs
 */
public record ArgumentProblem(List<String> path, String message, Severity severity) {
  public ArgumentProblem {
    path = List.copyOf(path);
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(severity, "severity");
  }

  /** One that keeps the operation from running. */
  public ArgumentProblem(List<String> path, String message) {
    this(path, message, Severity.ERROR);
  }

  /** Whether the operation cannot run like that. */
  public boolean isError() {
    return severity == Severity.ERROR;
  }

  static ArgumentProblem at(String argument, String message) {
    return new ArgumentProblem(List.of(argument), message);
  }

  static ArgumentProblem ofAll(String message) {
    return new ArgumentProblem(List.of(), message);
  }
}
