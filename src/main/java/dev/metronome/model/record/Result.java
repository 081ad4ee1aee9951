package dev.metronome.model.record;

/**
 * What the outside world reads below {@code results/}. The original wrote the same fields, without
 * {@code Format}: such a result is read and shown like any other, and never changed or removed.
 */
public sealed interface Result permits EventResult, TaskResult, NodeResult {

  /** The version that it was written with; 0 if the original wrote it. */
  int format();

  /** Whether the original wrote it. */
  default boolean fromOriginal() {
    return format() == Format.ORIGINAL;
  }
}
