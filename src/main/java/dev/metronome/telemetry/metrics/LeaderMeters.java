package dev.metronome.telemetry.metrics;

import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import dev.metronome.pipeline.dispatch.Move;
import dev.metronome.pipeline.dispatch.Progress;
import dev.metronome.pipeline.dispatch.ProgressQueue;
import dev.metronome.pipeline.dispatch.Step;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** What the leader sees: events, tasks, and the time from one task to the next. */
final class LeaderMeters implements ProgressQueue.Listener {

  private static final Duration[] SECONDS = seconds(0.1, 1, 10, 60, 300, 1800);
  private static final Duration[] HANDOVER = seconds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10);

  private final Map<Status, Counter> events = new EnumMap<>(Status.class);
  private final Map<Status, Timer> eventTimes = new EnumMap<>(Status.class);
  private final Map<Status, Timer> taskTimes = new EnumMap<>(Status.class);
  private final Map<Status, Timer> batchTimes = new EnumMap<>(Status.class);
  private final Counter notReached;
  private final Timer waiting;
  private final Timer handovers;
  private final Timer gatesPassed;
  private final Timer gatesFailed;
  private final LongSupplier nanos;
  private final Map<String, Handover> handover = new HashMap<>();
  private final Map<String, GateTimes> gates = new HashMap<>();
  private final ApprovalTimes approvals;

  LeaderMeters(MeterRegistry registry, LongSupplier nanos) {
    for (Status status : Status.values()) {
      if (status.isFinal()) {
        bind(registry, status);
      }
    }
    this.notReached =
        Counter.builder("metronome.batch.not.reached")
            .description("Nodes of batches that were not opened any more")
            .register(registry);
    this.waiting =
        Timer.builder("metronome.event.wait")
            .description("From an event's acceptance to its dispatch")
            .serviceLevelObjectives(SECONDS)
            .register(registry);
    this.handovers =
        Timer.builder("metronome.handover")
            .description("From the end of a task on its last node to the first claim of the next")
            .serviceLevelObjectives(HANDOVER)
            .register(registry);
    this.nanos = nanos;
    this.approvals = new ApprovalTimes(Clock.systemUTC(), nanos);
    Gauge.builder("metronome.approval.waiting.seconds", approvals, ApprovalTimes::seconds)
        .description("How long the event has waited that waits longest for somebody's approval")
        .register(registry);
    this.gatesPassed = gate(registry, "passed");
    this.gatesFailed = gate(registry, "failed");
  }

  private static Timer gate(MeterRegistry registry, String outcome) {
    return Timer.builder("metronome.gate")
        .description("From the end of a batch on its last node to the end of its gate of health")
        .tag("outcome", outcome)
        .serviceLevelObjectives(SECONDS)
        .register(registry);
  }

  private void bind(MeterRegistry registry, Status status) {
    events.put(
        status,
        Counter.builder("metronome.events")
            .description("Events that ended while this agent led")
            .tag("outcome", status.word())
            .register(registry));
    eventTimes.put(
        status,
        Timer.builder("metronome.event.duration")
            .description("From an event's dispatch to its end")
            .tag("outcome", status.word())
            .serviceLevelObjectives(SECONDS)
            .register(registry));
    taskTimes.put(
        status,
        Timer.builder("metronome.task.duration")
            .description("From a task's opening to its end on its last node")
            .tag("outcome", status.word())
            .serviceLevelObjectives(SECONDS)
            .register(registry));
    batchTimes.put(
        status,
        Timer.builder("metronome.batch.duration")
            .description("From a batch's opening to its end on its last node")
            .tag("outcome", status.word())
            .serviceLevelObjectives(SECONDS)
            .register(registry));
  }

  private static Duration[] seconds(double... bounds) {
    Duration[] durations = new Duration[bounds.length];
    for (int at = 0; at < bounds.length; at++) {
      durations[at] = Duration.ofMillis(Math.round(bounds[at] * 1_000));
    }
    return durations;
  }

  @Override
  public synchronized void seen(Progress progress) {
    String slot = progress.plan().slot();
    handover
        .computeIfAbsent(slot, it -> new Handover(nanos))
        .seen(progress)
        .ifPresent(handovers::record);
    gates(slot).seen(progress);
    approvals.seen(progress);
  }

  private GateTimes gates(String slot) {
    return gates.computeIfAbsent(slot, it -> new GateTimes(nanos));
  }

  @Override
  public void written(Step step) {
    step.moves().forEach(this::written);
  }

  /** One that was cancelled at its gate neither passed it nor failed there. */
  private synchronized void gate(Move move) {
    boolean unhealthy =
        move.progress().filter(progress -> progress.plan().isGateFailed()).isPresent()
            || move.finished()
                .task()
                .flatMap(TaskResult::reason)
                .filter(Reason.UNHEALTHY::equals)
                .isPresent();
    boolean cancelled =
        move.progress().filter(progress -> progress.plan().isCancelling()).isPresent();
    move.progress()
        .flatMap(progress -> gates(progress.plan().slot()).ended(move))
        .filter(took -> !cancelled)
        .ifPresent((unhealthy ? gatesFailed : gatesPassed)::record);
  }

  private void written(Move move) {
    gate(move);
    approvals.written(move);
    move.finished().task().ifPresent(task -> ended(task, taskTimes));
    move.finished().batch().ifPresent(batch -> ended(batch, batchTimes));
    move.finished().batch().flatMap(batch -> move.finished().task()).ifPresent(this::notReached);
    move.finished().event().ifPresent(event -> events.get(event.status()).increment());
    if (move.isDispatch()) {
      move.plan().ifPresent(this::dispatched);
    } else {
      move.finished().event().ifPresent(this::ended);
    }
  }

  private static void ended(TaskResult task, Map<Status, Timer> times) {
    between(task.startedAt(), task.finishedAt())
        .ifPresent(took -> times.get(task.status()).record(took));
  }

  private void notReached(TaskResult task) {
    task.leftOut().stream()
        .filter(out -> out.why().equals(LeftOut.NOT_REACHED))
        .forEach(out -> notReached.increment(1 + out.more().orElse(0)));
  }

  private void ended(EventResult event) {
    between(event.startedAt(), event.finishedAt())
        .ifPresent(took -> eventTimes.get(event.status()).record(took));
  }

  private void dispatched(Plan plan) {
    between(Optional.of(plan.event().acceptedAt()), Optional.of(plan.startedAt()))
        .ifPresent(waiting::record);
  }

  /** Two clocks may be a little apart: never less than nothing. */
  private static Optional<Duration> between(Optional<Instant> from, Optional<Instant> to) {
    return from.flatMap(start -> to.map(end -> Duration.between(start, end)))
        .map(took -> took.isNegative() ? Duration.ZERO : took);
  }
}
