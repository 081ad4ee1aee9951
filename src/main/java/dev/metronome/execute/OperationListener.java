package dev.metronome.execute;

import dev.metronome.record.Reason;
import java.time.Duration;
import java.util.Optional;

/** Told of each operation when it has ended, on its task's thread; must not block. */
@FunctionalInterface
public interface OperationListener {

  /**
   * @param type the operation's type, one of those that there are routes for
   * @param failure why it failed; absent if it succeeded
   */
  void ended(String type, Optional<Reason> failure, Duration took);
}
