package dev.metronome.model.schedule;

import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Part;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Rollout;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One task of an event, counted through all patterns.
 *
 * @param no its place, from 0
 * @param pattern name of the pattern that it comes from
 * @param step its filter and its own settings
 * @param task what to run
 * @param part absent for one of the ordered tasks
 * @param undoes NO of the task that it takes back, if it does
 */
public record ScheduledTask(
    int no,
    String pattern,
    OrderedTask step,
    TaskDefinition task,
    Optional<Part> part,
    Optional<Integer> undoes) {
  public ScheduledTask {
    Objects.requireNonNull(pattern, "pattern");
    Objects.requireNonNull(step, "step");
    Objects.requireNonNull(task, "task");
    if (no < 0) {
      throw new IllegalArgumentException("no " + no + " is negative");
    }
  }

  /** What takes it back, at another place of the event. */
  ScheduledTask undo(int place) {
    return new ScheduledTask(
        place, pattern, step, task.undoing(), Optional.of(Part.UNDO), Optional.of(no));
  }

  /** The task's name. */
  public String name() {
    return task.name();
  }

  /** The step's own value, else the task's. */
  public Unreachable unreachable() {
    return step.unreachable().orElse(task.unreachable());
  }

  /** Whether the event goes on when it has failed; {@code finally} does so anyway. */
  public boolean goesOn() {
    return part.isEmpty() && step.onError() == OnError.CONTINUE;
  }

  private long added() {
    return seconds(task.retry().added(task.timeout()).plus(step.drain().orElse(Duration.ZERO)));
  }

  /** Rounded up, so that nothing that goes by it is early. */
  private static long seconds(Duration time) {
    return time.plusMillis(999).toSeconds();
  }

  /**
   * As it stands in a plan.
   *
   * @param own fills in the templates of its filter
   * @param skippable whether a task that says nothing is skipped when no node matches
   */
  public PlannedTask planned(UnaryOperator<String> own, boolean skippable) {
    Optional<Filter> filter = step.filter();
    return new PlannedTask(
        no,
        pattern,
        name(),
        part,
        undoes,
        new NodeSelector(
            filter.flatMap(Filter::service).map(own),
            filter.flatMap(Filter::tag).map(own),
            filter.flatMap(Filter::expression),
            step.runOn(),
            step.holder()),
        new Rollout(
            step.skippable().orElse(skippable),
            unreachable() == Unreachable.SKIP && undoes.isEmpty(),
            task.crashRetry().retryable(),
            task.crashRetry().maxAttempts(),
            Optional.of(task.retry().attempts()).filter(attempts -> attempts > 1),
            step.drain().map(ScheduledTask::seconds),
            Optional.of(added()).filter(seconds -> seconds > 0),
            Optional.of(goesOn())),
        undoes.isPresent() ? step.batching().ungated() : step.batching(),
        step.approval());
  }
}
