package dev.metronome.agent;

import dev.metronome.model.record.Event;
import dev.metronome.model.record.TraceParent;
import dev.metronome.pipeline.claim.Claims;
import dev.metronome.pipeline.dispatch.ProgressQueue;
import dev.metronome.pipeline.execute.OperationListener;
import dev.metronome.pipeline.execute.OperationTracing;
import dev.metronome.telemetry.metrics.Metrics;
import dev.metronome.telemetry.trace.Tracing;
import java.util.List;
import java.util.Optional;
import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who hears what an agent does: its metrics and, if wanted, its tracing. Made before its parts.
 *
 * <p>No lambda here takes a {@link Tracing}: linking one would load the libraries of tracing in an
 * agent that does not trace.
 */
final class Telemetry implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Telemetry.class);

  private final Metrics metrics;
  private final Optional<Tracing> tracing;

  /**
   * @throws dev.metronome.telemetry.trace.TracingException if the variables of tracing cannot be
   *     used
   */
  Telemetry(AgentContext agent) {
    this.metrics = new Metrics(agent.files()::isBroken);
    this.tracing =
        agent.configuration().flag("tracing")
            ? Optional.of(Tracing.start(agent.environment(), agent.node(), agent.version()))
            : Optional.empty();
    agent.connection().listen(metrics.consul());
    agent.files().listen(metrics.taskFiles());
  }

  Metrics metrics() {
    return metrics;
  }

  List<ProgressQueue.Listener> leader() {
    return tracing.isPresent()
        ? List.of(metrics.leader(), tracing.get().leader())
        : List.of(metrics.leader());
  }

  List<Claims.Listener> claims() {
    return tracing.isPresent()
        ? List.of(metrics.claims(), tracing.get().claims())
        : List.of(metrics.claims());
  }

  List<OperationListener> operations() {
    return tracing.isPresent()
        ? List.of(metrics.operations(), tracing.get().operations())
        : List.of(metrics.operations());
  }

  /** Has the processes of each operation continue a trace. */
  OperationTracing places() {
    return tracing.isPresent() ? tracing.get().places() : OperationTracing.NONE;
  }

  /** Begins, or continues, the trace of an event. */
  Optional<TraceParent> begin(Event event) {
    return tracing.isPresent() ? Optional.of(tracing.get().begin(event)) : Optional.empty();
  }

  /** Under the names by which components find them. */
  void bind(Main main) {
    main.bind("ring-listener", metrics.ring());
  }

  @Override
  public void close() {
    try {
      if (tracing.isPresent()) {
        tracing.get().close();
      }
    } catch (RuntimeException e) {
      LOG.warn("could not end tracing: {}", e.getMessage());
    }
    metrics.close();
  }
}
