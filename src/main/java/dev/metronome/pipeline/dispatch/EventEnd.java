package dev.metronome.pipeline.dispatch;

import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What comes when an event's ordered tasks have ended: undo, if they failed, then {@code finally}
 * (decision 56).
 *
 * <p><em>Guarantees</em>: an undo follows a failure only, the last task's first, and none follows
 * one that failed or was cancelled; {@code finally} follows whatever came, each of its tasks
 * whatever the one before came to. How the event ends is said by what failed first.
 */
final class EventEnd {

  private EventEnd() {}

  /** The plan whose head task has ended so, with how the event ends. */
  static Plan of(Plan plan, Outcome task, List<LeftOut> without) {
    if (plan.ending().isEmpty()) {
      return plan.end(
          plan.cancelled()
              .map(wanted -> Outcomes.cancelled(wanted, plan.head(), task))
              .orElseGet(() -> Outcomes.ofEvent(plan, task, without)));
    }
    Outcome before = plan.ending().get().outcome();
    return plan.end(
        plan.head().isUndo() ? afterUndo(plan, before, task) : after(plan, before, task));
  }

  /** Whether a task that ends so ends the event, too. */
  static boolean isReached(Plan plan, Outcome task) {
    return task.status().stopsEvent() && plan.head().rollout().goesOn().isEmpty();
  }

  /** The task that is to be opened next; none if the event ends. */
  static Optional<PlannedTask> next(Plan plan, Outcome task) {
    boolean goesBack = plan.head().isUndo() ? !task.status().stopsEvent() : isReached(plan, task);
    if (goesBack && !plan.isCancelling() && !plan.head().isFinally()) {
      Optional<PlannedTask> undo = plan.undoAhead().stream().findFirst();
      if (undo.isPresent()) {
        return undo;
      }
    }
    return plan.head().isFinally() && plan.isCancelling() ? Optional.empty() : plan.finallyAhead();
  }

  /** Says what was taken back and what was not, when there is nothing more of it to come. */
  private static Outcome afterUndo(Plan plan, Outcome before, Outcome task) {
    boolean failed = task.status().stopsEvent();
    if (!failed && !plan.isCancelling() && !plan.undoAhead().isEmpty()) {
      return before;
    }
    List<Integer> undone = plan.ending().orElseThrow().undone();
    List<Integer> done = failed ? undone.subList(0, undone.size() - 1) : undone;
    StringBuilder more = new StringBuilder();
    more.append(named("undone: ", done.stream().map(no -> plan.tasks().get(no)).toList()));
    if (plan.isCancelling()) {
      more.append("; undo ").append(plan.cancelled().orElseThrow().sentence());
    } else if (failed) {
      more.append("; ").append(failure(plan, task));
    }
    more.append(
        named(
            "not undone: ",
            Stream.concat(failed ? Stream.of(plan.head()) : Stream.empty(), ahead(plan))
                .map(undo -> plan.tasks().get(undo.undoes().orElseThrow()))
                .toList()));
    return with(before, more.toString());
  }

  private static Stream<PlannedTask> ahead(Plan plan) {
    return plan.undoAhead().stream();
  }

  private static String named(String what, List<PlannedTask> tasks) {
    return tasks.isEmpty()
        ? ""
        : "; " + what + tasks.stream().map(PlannedTask::title).collect(Collectors.joining(", "));
  }

  /** After a task of {@code finally}. */
  private static Outcome after(Plan plan, Outcome before, Outcome task) {
    boolean failed = task.status().stopsEvent();
    Optional<Cancellation> wanted = plan.cancelled().filter(it -> plan.isCancelling());
    if (before.status().stopsEvent()) {
      String more = failed ? "; " + failure(plan, task) : "";
      return with(before, more);
    }
    if (wanted.isPresent()) {
      return Outcomes.cancelled(wanted.get(), plan.head(), task);
    }
    return failed
        ? new Outcome(task.status(), task.reason(), Optional.of(failure(plan, task)))
        : before;
  }

  private static String failure(Plan plan, Outcome task) {
    return Outcomes.failure(plan.head(), task);
  }

  private static Outcome with(Outcome before, String more) {
    return more.isEmpty()
        ? before
        : new Outcome(
            before.status(),
            before.reason(),
            Optional.of(before.message().orElse("failed") + more));
  }
}
