package dev.metronome.agent;

import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Part;
import dev.metronome.model.schedule.ScheduledTask;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Which tasks of an event follow on one node, without a cluster. Not thread-safe. */
final class LocalCourse {
  private final Set<Integer> taken = new HashSet<>();
  private Optional<Outcome> failure = Optional.empty();
  private boolean ends;
  private boolean undoFailed;

  /** Whether a task is to be run, those before it having ended. */
  boolean isDue(ScheduledTask task) {
    if (task.part().isEmpty()) {
      return !ends;
    }
    return task.part().get() == Part.FINALLY
        || (ends && !undoFailed && taken.contains(task.undoes().orElseThrow()));
  }

  void ended(ScheduledTask task, Outcome how) {
    taken.add(task.no());
    if (how.status().stopsEvent()) {
      ends |= !task.goesOn();
      undoFailed |= task.undoes().isPresent();
      failure = failure.or(() -> Optional.of(how));
    }
  }

  /** How the event has ended: what failed first says it. */
  Outcome outcome() {
    return failure.orElseGet(Outcome::success);
  }
}
