package dev.metronome.telemetry.trace;

import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Part;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Resume;
import dev.metronome.model.record.TaskId;
import dev.metronome.model.record.TaskResult;
import dev.metronome.model.record.TraceParent;
import dev.metronome.pipeline.dispatch.Move;
import dev.metronome.pipeline.dispatch.Progress;
import dev.metronome.pipeline.dispatch.ProgressQueue;
import dev.metronome.pipeline.dispatch.Step;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Spans of events and of tasks, recorded by whoever leads when they end; and of the nodes that
 * could not record their own.
 */
final class LeaderSpans implements ProgressQueue.Listener {

  private static final Set<Reason> SILENT = EnumSet.of(Reason.LOST, Reason.UNREACHABLE);

  private final Recorder recorder;

  LeaderSpans(Recorder recorder) {
    this.recorder = recorder;
  }

  @Override
  public void written(Step step) {
    for (Move move : step.moves()) {
      move.progress().ifPresent(progress -> ended(progress, move.finished()));
      move.queued().ifPresent(queued -> rejected(queued.event(), move.finished()));
    }
  }

  private void ended(Progress progress, Move.Finished finished) {
    Plan plan = progress.plan();
    TraceParent place = place(plan);
    finished.task().ifPresent(task -> task(place, task));
    finished.task().or(finished::batch).ifPresent(ended -> silent(place, ended, progress));
    finished.event().ifPresent(event -> event(place, plan.event(), event));
  }

  /** By the plan, or by our own lights if the leader that made it did not trace. */
  private TraceParent place(Plan plan) {
    return plan.traceparent()
        .flatMap(TraceParent::read)
        .orElseGet(() -> recorder.begin(plan.event()));
  }

  private static TraceParent place(TraceParent event, TaskResult task) {
    return event.child(Integer.toString(task.no()));
  }

  private void task(TraceParent event, TaskResult task) {
    Instant to = task.finishedAt().orElseThrow();
    recorder.record(
        new Recorder.Ended(
            place(event, task),
            Optional.of(event),
            "task " + Part.words(task.part(), task.name()),
            SpanKind.INTERNAL,
            task.startedAt().orElse(to),
            to,
            Attributes.builder()
                .put(Conventions.TASK, task.name())
                .put(Conventions.TASK_ID, TaskId.of(task.eventId(), task.no()))
                .put(Conventions.TASK_RESULT, Conventions.result(task.status(), task.reason()))
                .put(Conventions.PATTERN, task.pattern())
                .put(Conventions.TARGETS, task.targets().size())
                .build()),
        task.status(),
        task.reason());
  }

  /** With the batch, or the task, the claims go. */
  private void silent(TraceParent event, TaskResult task, Progress progress) {
    TraceParent place = place(event, task);
    progress.claims().values().forEach(held -> silent(place, task.name(), held.claim()));
  }

  private void silent(TraceParent task, String name, Claim claim) {
    Optional<Outcome> outcome = claim.outcome();
    if (outcome.flatMap(Outcome::reason).filter(SILENT::contains).isPresent()) {
      TraceParent place = task.child(claim.node() + "/" + claim.attempt() + "/given-up");
      NodeSpans.record(recorder, place, task, name, claim, Attributes.empty());
    }
  }

  private void event(TraceParent place, Event event, EventResult result) {
    recorder.record(
        span(
            place,
            event,
            Conventions.RUN + " " + event.name(),
            result.finishedAt().orElseThrow(),
            Conventions.result(result.status(), result.reason())),
        result.status(),
        result.reason(),
        new Recorder.Moment("dispatched", result.startedAt().orElseThrow()));
  }

  /** The name of an event that nobody defines is a stranger's: it names no span. */
  private void rejected(Event event, Move.Finished finished) {
    finished
        .event()
        .ifPresent(
            no ->
                recorder.record(
                    span(
                        recorder.begin(event),
                        event,
                        Conventions.RUN,
                        no.finishedAt().orElseThrow(),
                        Conventions.result(no.status(), no.reason())),
                    no.status(),
                    no.reason()));
  }

  private static Recorder.Ended span(
      TraceParent place, Event event, String name, Instant to, String result) {
    return new Recorder.Ended(
        place,
        Recorder.sender(event),
        name,
        SpanKind.SERVER,
        event.acceptedAt(),
        to,
        Attributes.builder()
            .put(Conventions.EVENT, event.name())
            .put(Conventions.EVENT_ID, event.id())
            .put(Conventions.ACTION, Conventions.RUN)
            .put(Conventions.RESULT, result)
            .put(Conventions.SOURCE, event.source())
            .put(Conventions.RETRY_OF, event.resume().map(Resume::of).orElse(null))
            .build());
  }
}
