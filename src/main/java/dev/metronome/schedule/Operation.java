package dev.metronome.schedule;

import java.util.Objects;

/**
 * One action of a task.
 *
 * @param type name of an operation, such as {@code execute}
 * @param arguments a Map, a List or a String as written, unmodifiable, with the entries of {@code
 *     default.TYPE} that it does not have itself; scalars are texts as written, except under the
 *     arguments that {@link OperationTypes#typed} names; templates are not yet resolved
 */
public record Operation(String type, Object arguments, Position position) {
  public Operation {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(arguments, "arguments");
    Objects.requireNonNull(position, "position");
  }
}
