package dev.metronome.schedule;

import java.util.List;
import java.util.Objects;

/**
 * Something wrong with an operation's arguments.
 *
 * @param path keys that lead to the argument, such as {@code filter, tag}; empty: all of them
 * @param message one line, as in {@link Problem}
 */
public record ArgumentProblem(List<String> path, String message) {
  public ArgumentProblem {
    path = List.copyOf(path);
    Objects.requireNonNull(message, "message");
  }

  static ArgumentProblem at(String argument, String message) {
    return new ArgumentProblem(List.of(argument), message);
  }

  static ArgumentProblem ofAll(String message) {
    return new ArgumentProblem(List.of(), message);
  }
}
