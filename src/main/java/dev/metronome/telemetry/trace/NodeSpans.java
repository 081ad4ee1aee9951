package dev.metronome.telemetry.trace;

import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TraceParent;
import dev.metronome.pipeline.claim.Claims;
import dev.metronome.pipeline.execute.OperationCall;
import dev.metronome.pipeline.execute.OperationListener;
import dev.metronome.pipeline.execute.OperationTracing;
import dev.metronome.pipeline.execute.TaskRun;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Spans of what this node does: its runs of tasks, and their operations. */
final class NodeSpans implements Claims.Listener, OperationListener, OperationTracing {

  private final Recorder recorder;
  private final String node;
  private final Clock clock = Clock.systemUTC();

  NodeSpans(Recorder recorder, String node) {
    this.recorder = recorder;
    this.node = node;
  }

  @Override
  public void ended(Assignment assignment, Claim claim, Claims.Ending ending) {
    Attributes late =
        ending == Claims.Ending.LATE ? Attributes.of(Conventions.LATE, true) : Attributes.empty();
    record(assignment, claim, late);
  }

  @Override
  public void inherited(Assignment assignment, Claim claim) {
    record(assignment, claim, Attributes.empty());
  }

  private void record(Assignment assignment, Claim claim, Attributes more) {
    TraceParent task = task(assignment);
    record(recorder, run(task, claim.attempt()), task, assignment.task().task(), claim, more);
  }

  /** Records a run of a task on a node by its claim. */
  static void record(
      Recorder recorder,
      TraceParent place,
      TraceParent task,
      String name,
      Claim claim,
      Attributes more) {
    Outcome outcome = claim.outcome().orElseThrow();
    recorder.record(
        new Recorder.Ended(
            place,
            Optional.of(task),
            "run " + name,
            SpanKind.INTERNAL,
            claim.startedAt(),
            claim.finishedAt().orElse(claim.startedAt()),
            Attributes.builder()
                .put(Conventions.TASK, name)
                .put(Conventions.TASK_ID, claim.taskId() + "/" + claim.node())
                .put(
                    Conventions.TASK_RESULT, Conventions.result(outcome.status(), outcome.reason()))
                .put(Conventions.NODE, claim.node())
                .put(Conventions.ATTEMPT, claim.attempt())
                .putAll(more)
                .build()),
        outcome.status(),
        outcome.reason());
  }

  @Override
  public void ended(OperationCall call, TaskRun run, Optional<Reason> failure, Duration took) {
    TraceParent parent = run(task(run.assignment()), run.attempt());
    Instant to = clock.instant();
    Status status = failure.isPresent() ? Status.ERROR : Status.SUCCESS;
    recorder.record(
        new Recorder.Ended(
            parent.child(Integer.toString(call.number())),
            Optional.of(parent),
            "operation " + call.type(),
            SpanKind.INTERNAL,
            to.minus(took),
            to,
            Attributes.builder()
                .put(Conventions.OPERATION, call.type())
                .put(Conventions.NUMBER, call.number())
                .put(Conventions.NODE, node)
                .build()),
        status,
        failure);
  }

  @Override
  public Optional<TraceParent> place(OperationCall call, TaskRun run) {
    TraceParent parent = run(task(run.assignment()), run.attempt());
    return Optional.of(parent.child(Integer.toString(call.number())));
  }

  /** The task's span, or by our own lights the event's, if the leader does not trace. */
  private TraceParent task(Assignment assignment) {
    return assignment.trace().orElseGet(() -> recorder.begin(assignment.event()));
  }

  private TraceParent run(TraceParent task, int attempt) {
    return task.child(node + "/" + attempt);
  }
}
