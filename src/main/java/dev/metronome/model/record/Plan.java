package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A dispatched event: its ordered tasks, which of them is the head, and who must run that.
 *
 * @param event as it was accepted
 * @param startedAt when it was dispatched
 * @param digest of the schedule that it was made from
 * @param tasks all of them, in order
 * @param current NO of the head task
 * @param openedAt when the head task was opened; absent while it waits for a node that matches
 * @param targets the nodes that must run the head task, frozen when it opened
 * @param succeeded whether any earlier task ended as success
 * @param cancelled that somebody wants it to end; it then ends so, whatever its tasks come to
 * @param leftOut the nodes that the head task is for and that do not run it
 * @param leftOutBefore which parts of the event are not in it, and a sentence for each earlier task
 *     that left nodes out, the first few
 * @param traceparent of the event's own span; absent unless the leader that planned it traces
 */
public record Plan(
    int format,
    Event event,
    Instant startedAt,
    String digest,
    List<PlannedTask> tasks,
    int current,
    Optional<Instant> openedAt,
    List<String> targets,
    boolean succeeded,
    Optional<Cancellation> cancelled,
    Optional<String> traceparent,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<LeftOut> leftOut,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> leftOutBefore) {

  /** Earlier tasks whose left-out nodes an event's result tells of; each task's own has all. */
  private static final int TOLD = 5;

  private static final String TASK = "task ";

  public Plan {
    Objects.requireNonNull(event, "Event");
    Objects.requireNonNull(startedAt, "StartedAt");
    tasks = List.copyOf(tasks);
    targets = targets == null ? List.of() : List.copyOf(targets);
    openedAt = openedAt == null ? Optional.empty() : openedAt;
    cancelled = cancelled == null ? Optional.empty() : cancelled;
    traceparent = traceparent == null ? Optional.empty() : traceparent;
    leftOut = leftOut == null ? List.of() : LeftOut.bounded(leftOut);
    leftOutBefore = leftOutBefore == null ? List.of() : List.copyOf(leftOutBefore);
    if (current < 0 || current >= tasks.size()) {
      throw new IllegalArgumentException("no task " + current + " in a plan of " + tasks.size());
    }
  }

  public static Plan of(Event event, Instant at, String digest, List<PlannedTask> tasks) {
    int first = event.resume().map(Resume::from).orElse(0);
    return new Plan(
        Format.CURRENT,
        event,
        at,
        digest,
        tasks,
        first,
        Optional.empty(),
        List.of(),
        false,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of());
  }

  public PlannedTask head() {
    return tasks.get(current);
  }

  @JsonIgnore
  public boolean isOpen() {
    return openedAt.isPresent();
  }

  @JsonIgnore
  public boolean isLast() {
    return current == tasks.size() - 1;
  }

  /** The same plan with its head task opened for these nodes. */
  public Plan open(Instant at, List<String> nodes) {
    return open(at, nodes, List.of());
  }

  /** The same, with those that it is for and that do not run it. */
  public Plan open(Instant at, List<String> nodes, List<LeftOut> without) {
    return new Plan(
        format,
        event,
        startedAt,
        digest,
        tasks,
        current,
        Optional.of(at),
        nodes,
        succeeded,
        cancelled,
        traceparent,
        without,
        leftOutBefore);
  }

  /** The same plan with the next task at its head, waiting. */
  public Plan next(Status ended) {
    return next(ended, leftOut);
  }

  /** The same, after a head task that in the end has left these out. */
  public Plan next(Status ended, List<LeftOut> without) {
    boolean success = succeeded || ended == Status.SUCCESS;
    return new Plan(
        format,
        event,
        startedAt,
        digest,
        tasks,
        current + 1,
        Optional.empty(),
        List.of(),
        success,
        cancelled,
        traceparent,
        List.of(),
        told(without));
  }

  /** The same plan, to end now. */
  public Plan cancel(Cancellation wanted) {
    return new Plan(
        format,
        event,
        startedAt,
        digest,
        tasks,
        current,
        openedAt,
        targets,
        succeeded,
        Optional.of(wanted),
        traceparent,
        leftOut,
        leftOutBefore);
  }

  /** The same plan, with the place of the event's own span. */
  public Plan traced(Optional<TraceParent> place) {
    return new Plan(
        format,
        event,
        startedAt,
        digest,
        tasks,
        current,
        openedAt,
        targets,
        succeeded,
        cancelled,
        place.map(TraceParent::text),
        leftOut,
        leftOutBefore);
  }

  /** The sentences of all tasks so far, the head task having left these out. */
  public List<String> told(List<LeftOut> without) {
    List<String> all = new ArrayList<>(leftOutBefore);
    LeftOut.sentence(targets, without)
        .filter(sentence -> all.size() < TOLD)
        .ifPresent(sentence -> all.add(TASK + current + " " + head().task() + ": " + sentence));
    return all;
  }

  /** The same plan, which is not all of the event: {@code what} is left out, a sentence. */
  public Plan without(String what) {
    return new Plan(
        format,
        event,
        startedAt,
        digest,
        tasks,
        current,
        openedAt,
        targets,
        succeeded,
        cancelled,
        traceparent,
        leftOut,
        List.of(what));
  }

  /** Whether a task has left nodes out so far. */
  public boolean hasLeftNodesOut() {
    return leftOutBefore.stream().anyMatch(sentence -> sentence.startsWith(TASK));
  }

  /** Where the span of the head task stands, if the event is traced. */
  public Optional<TraceParent> place() {
    return traceparent.flatMap(TraceParent::read).map(it -> it.child(Integer.toString(current)));
  }

  /** The only nodes that may run the head task; none means every node that matches. */
  public List<String> chosen() {
    return event.resume().filter(r -> r.from() == current).map(Resume::nodes).orElse(List.of());
  }
}
