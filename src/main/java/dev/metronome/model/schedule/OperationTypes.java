package dev.metronome.model.schedule;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The operations that task files may use, and what their arguments must be. Implementations are
 * safe for all threads.
 */
public interface OperationTypes {
  /** All names. */
  Set<String> names();

  /**
   * What is wrong with the arguments of an operation. The same check serves {@code validate} and,
   * with {@link Form#RESOLVED}, the operation itself right before it runs.
   *
   * @param arguments as {@link Operation#arguments}
   * @return nothing if all is well, or if the type is not known here
   */
  default List<ArgumentProblem> check(String type, Object arguments, Form form) {
    return List.of();
  }

  /** Names of the arguments under which numbers and booleans stay what they are. */
  default Set<String> typed(String type) {
    return Set.of();
  }

  /** Whether a task that is {@code retryable} may have this operation. */
  default boolean retryable(String type) {
    return true;
  }

  /** The six operations of the original. Keys under {@code prefix} are closed to consul-kvs. */
  static OperationTypes builtIn(String prefix) {
    return new BuiltInOperations(prefix);
  }

  /** The six operations of the original, with the default prefix {@code metronome/}. */
  static OperationTypes builtIn() {
    return builtIn("metronome/");
  }

  /** These and others, known by their names only. */
  default OperationTypes and(Set<String> others) {
    Set<String> all = new TreeSet<>(names());
    all.addAll(others);
    return new ExtendedOperations(this, all);
  }
}
