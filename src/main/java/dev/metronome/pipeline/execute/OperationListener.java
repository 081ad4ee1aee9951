package dev.metronome.pipeline.execute;

import dev.metronome.model.record.Reason;
import java.time.Duration;
import java.util.Optional;

/** Told of each operation when it has ended, on its task's thread; must not block. */
@FunctionalInterface
public interface OperationListener {

  /**
   * @param call its type is one of those that there are routes for
   * @param run the task that it belongs to
   * @param failure why it failed; absent if it succeeded
   */
  void ended(OperationCall call, TaskRun run, Optional<Reason> failure, Duration took);
}
