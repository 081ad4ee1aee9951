package dev.metronome.pipeline.dispatch;

/** Told, on the leader, of what it sees and does; must not block. */
public interface ProgressListener {

  /** The event in progress as the leader has just read it. */
  default void seen(Progress progress) {}

  /** A step that has been written. */
  default void written(Step step) {}
}
