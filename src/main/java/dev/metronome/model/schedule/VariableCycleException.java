package dev.metronome.model.schedule;

import java.util.List;

/** A template that would never be done: a variable whose value leads back to itself. */
public final class VariableCycleException extends RuntimeException {
  private final List<String> path;

  /**
   * @param path the names in order, the last one equal to an earlier one; or a single name whose
   *     value grows without end
   */
  VariableCycleException(List<String> path, String message) {
    super(message);
    this.path = List.copyOf(path);
  }

  /** The names in order. */
  public List<String> path() {
    return path;
  }
}
