package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * What an event must come to, task after task: which one follows, what is taken back and in which
 * order, and how it ends. What a single task must come to is a {@link TaskJudge}'s to say.
 */
final class RolloutJudge {

  private final List<PlannedTask> tasks;
  private final Function<PlannedTask, List<String>> tiers;
  private final BiFunction<PlannedTask, List<List<String>>, TaskJudge> judges;
  private final List<TaskJudge> course = new ArrayList<>();
  private final List<String> undone = new ArrayList<>();
  private final List<String> notUndone = new ArrayList<>();

  /** How what is said of the event has to begin; empty if all is well so far. */
  private Optional<String> first = Optional.empty();

  private Optional<String> undoStopped = Optional.empty();
  private boolean cancelled;
  private boolean obeyed;

  /**
   * @param tiers the nodes that a task is for, unless it takes another back
   * @param judges of a task and its batches
   */
  RolloutJudge(
      List<PlannedTask> tasks,
      Function<PlannedTask, List<String>> tiers,
      BiFunction<PlannedTask, List<List<String>>, TaskJudge> judges) {
    this.tasks = tasks;
    this.tiers = tiers;
    this.judges = judges;
  }

  /** The task at the head. */
  TaskJudge head() {
    return course.get(course.size() - 1);
  }

  void cancelled() {
    cancelled = true;
  }

  /** Whether somebody wants it to end who has not been obeyed. */
  boolean isCancelling() {
    return cancelled && !obeyed;
  }

  void begun(int no, String node) {
    assertThat(no).as("the NO that %s begins", node).isEqualTo(head().task.no());
    head().begun(node);
  }

  void dispatched(Plan plan, Duration now) {
    assertThat(plan.current()).isZero();
    turnTo(tasks.get(0), plan, now);
  }

  private void turnTo(PlannedTask task, Plan plan, Duration now) {
    List<List<String>> batches =
        task.undoes()
            .flatMap(this::judgeOf)
            .map(TaskJudge::reversed)
            .orElseGet(() -> TaskJudge.divided(tiers.apply(task), task.batching()));
    course.add(judges.apply(task, batches));
    head().stands(plan, now);
  }

  private Optional<TaskJudge> judgeOf(int no) {
    return course.stream().filter(judge -> judge.task.no() == no).findFirst();
  }

  /** The plan after a step of a leader; none if the event has ended. */
  void led(Plan before, Optional<Plan> after, IntFunction<TaskResult> results, Duration now) {
    PlannedTask task = head().task;
    assertThat(before.current()).isEqualTo(task.no());
    if (after.isPresent() && after.get().current() == task.no()) {
      head().stands(after.get(), now);
      return;
    }
    TaskResult ended = results.apply(task.no());
    head().closed(ended, isCancelling(), now);
    Optional<PlannedTask> next = next(task, ended.status().stopsEvent());
    assertThat(after.map(Plan::current))
        .as("what follows %s, %s", task.title(), ended.status())
        .isEqualTo(next.map(PlannedTask::no));
    next.ifPresent(it -> turnTo(it, after.orElseThrow(), now));
  }

  private Optional<PlannedTask> next(PlannedTask task, boolean failed) {
    boolean ordered = task.part().isEmpty();
    boolean ending = isCancelling();
    boolean stops = failed && task.rollout().goesOn().isEmpty();
    note(task, failed, ending);
    Optional<PlannedTask> following = after(task, each -> each.part().isEmpty());
    if (ordered && !stops && !ending && following.isPresent()) {
      return following;
    }
    obeyed |= ending;
    boolean back = task.isUndo() ? !failed : ordered && stops;
    Optional<PlannedTask> undo = back && !ending ? after(task, this::isToUndo) : Optional.empty();
    return undo.or(
        () -> task.isFinally() && ending ? Optional.empty() : after(task, PlannedTask::isFinally));
  }

  private void note(PlannedTask task, boolean failed, boolean ending) {
    if (task.isUndo()) {
      PlannedTask of = tasks.get(task.undoes().orElseThrow());
      (failed ? notUndone : undone).add(of.title());
      if (failed || ending) {
        undoStopped = Optional.of(ending ? "undo cancelled by" : task.title() + " on ");
        tasks.stream()
            .filter(each -> each.no() > task.no() && isToUndo(each))
            .forEach(each -> notUndone.add(tasks.get(each.undoes().orElseThrow()).title()));
      }
    } else if (ending && (task.part().isEmpty() || first.isEmpty())) {
      first = Optional.of("cancelled by");
    } else if (failed && first.isEmpty()) {
      first = Optional.of(task.title());
    }
  }

  private boolean isToUndo(PlannedTask undo) {
    return undo.undoes()
        .flatMap(this::judgeOf)
        .filter(judge -> !judge.reversed().isEmpty())
        .isPresent();
  }

  private Optional<PlannedTask> after(PlannedTask task, Predicate<PlannedTask> wanted) {
    return tasks.stream().filter(each -> each.no() > task.no()).filter(wanted).findFirst();
  }

  /** The event has ended. */
  void ended(EventResult event) {
    boolean well = first.isEmpty() && !cancelled;
    assertThat(event.status()).isEqualTo(well ? Status.SUCCESS : Status.ERROR);
    String message = event.message().orElse("");
    first.ifPresent(begin -> assertThat(message).startsWith(begin));
    assertThat(said(message, "; undone: ")).isEqualTo(String.join(", ", undone));
    assertThat(said(message, "; not undone: ")).isEqualTo(String.join(", ", notUndone));
    undoStopped.ifPresent(why -> assertThat(message).contains("; " + why));
  }

  private static String said(String message, String what) {
    int from = message.indexOf(what);
    return from < 0 ? "" : message.substring(from + what.length()).split(";", 2)[0];
  }
}
