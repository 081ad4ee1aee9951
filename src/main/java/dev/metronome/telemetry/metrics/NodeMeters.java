package dev.metronome.telemetry.metrics;

import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.pipeline.claim.Claims;
import dev.metronome.pipeline.execute.OperationCall;
import dev.metronome.pipeline.execute.OperationListener;
import dev.metronome.pipeline.execute.TaskRun;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What this node does: claims and operations. */
final class NodeMeters implements Claims.Listener, OperationListener {

  private record Kind(String type, String result) {}

  private final MeterRegistry registry;
  private final Counter taken;
  private final Counter tried;
  private final Map<Status, Counter> ended = new EnumMap<>(Status.class);
  private final Map<Claims.Ending, Counter> endings = new EnumMap<>(Claims.Ending.class);
  private final Map<Kind, Timer> operations = new ConcurrentHashMap<>();

  NodeMeters(MeterRegistry registry) {
    this.registry = registry;
    this.taken =
        Counter.builder("metronome.claims")
            .description("Tasks that this node has claimed")
            .register(registry);
    this.tried =
        Counter.builder("metronome.retries")
            .description("Further attempts at tasks that had failed on this node")
            .register(registry);
    for (Status status : Status.values()) {
      if (status.isFinal()) {
        ended.put(
            status,
            Counter.builder("metronome.node.tasks")
                .description("Tasks that ended on this node")
                .tag("outcome", status.word())
                .register(registry));
      }
    }
    for (Claims.Ending ending : Claims.Ending.values()) {
      endings.put(
          ending,
          Counter.builder("metronome.outcomes")
              .description("What came of recording how a task ended on this node")
              .tag("ending", ending.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  @Override
  public void taken() {
    taken.increment();
  }

  @Override
  public void tried() {
    tried.increment();
  }

  @Override
  public void ended(Assignment assignment, Claim claim, Claims.Ending ending) {
    claim.outcome().ifPresent(how -> ended.get(how.status()).increment());
    endings.get(ending).increment();
  }

  @Override
  public void ended(OperationCall call, TaskRun run, Optional<Reason> failure, Duration took) {
    String result = failure.map(Reason::word).orElse("success");
    operations.computeIfAbsent(new Kind(call.type(), result), this::timer).record(took);
  }

  private Timer timer(Kind kind) {
    return Timer.builder("metronome.operation.duration")
        .description("Operations on this node")
        .tag("operation", kind.type())
        .tag("result", kind.result())
        .register(registry);
  }
}
