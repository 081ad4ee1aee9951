package dev.metronome.pipeline.execute;

import dev.metronome.model.schedule.Operation;

/**
 * One operation of a task, to be run in its turn.
 *
 * @param operation as it stands in the task file: its templates are resolved when it runs, since an
 *     operation before it may capture a variable
 * @param number its place in the task, from 1
 */
public record OperationCall(Operation operation, int number) {

  /** Name of its route: {@code operation-TYPE}. */
  public String type() {
    return operation.type();
  }

  /** For messages: {@code operation 2 (execute)}. */
  public String place() {
    return "operation " + number + " (" + type() + ")";
  }
}
