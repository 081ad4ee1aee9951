package dev.metronome.agent;

import dev.metronome.consul.Reachability;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Plan;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.queue.QueueItem;
import dev.metronome.telemetry.health.ConsulCheck;
import dev.metronome.telemetry.health.DiskCheck;
import dev.metronome.telemetry.health.LoopsCheck;
import dev.metronome.telemetry.health.SessionCheck;
import dev.metronome.telemetry.health.WatchesCheck;
import dev.metronome.telemetry.inspection.ManagedBeans;
import dev.metronome.telemetry.metrics.Metrics;
import dev.metronome.telemetry.trace.Tracing;
import dev.metronome.telemetry.vitals.QueueVitals;
import dev.metronome.telemetry.vitals.Vitals;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What shows how an agent does: its health checks and its metrics. It changes nothing. */
final class Instruments implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Instruments.class);

  private final Core core;
  private final Vitals vitals;
  private final Metrics metrics;
  private final Optional<AutoCloseable> tracing;

  /**
   * @param core all of it but these instruments
   * @param tracing with the variables of its environment, if it is wanted
   */
  Instruments(
      Core core,
      TaskFiles files,
      String node,
      String version,
      Optional<Map<String, String>> tracing) {
    this.core = core;
    this.vitals =
        new Vitals(
            node,
            version,
            core.leadership,
            core.sessions,
            core.claims,
            core.operations,
            core.connection.loops(),
            List.of(
                queue("event-queue", core.events, it -> read(it, Event.class).acceptedAt()),
                queue("progress-task-queue", core.progress, it -> read(it, Plan.class).startedAt()),
                queue(
                    "node-queue", core.nodeQueue, it -> read(it, Assignment.class).assignedAt())));
    this.metrics = new Metrics(vitals, files::isBroken);
    core.connection.listen(metrics.consul());
    core.events.listen(metrics.queues());
    core.authenticity.listen(metrics.intake());
    files.listen(metrics.taskFiles());
    core.progress.listen(metrics.leader());
    core.claims.listen(metrics.claims());
    core.operations.listen(metrics.operations());
    this.tracing = tracing.map(variables -> trace(Tracing.start(variables, node, version)));
  }

  private AutoCloseable trace(Tracing by) {
    core.planner.trace(event -> Optional.of(by.begin(event)));
    core.progress.listen(by.leader());
    core.claims.listen(by.claims());
    core.operations.listen(by.operations());
    core.operations.trace(by.places());
    return by;
  }

  private static QueueVitals queue(String name, Queue queue, Function<QueueItem, Instant> since) {
    return new QueueVitals(name, queue, since, Clock.systemUTC());
  }

  private static <T> T read(QueueItem item, Class<T> type) {
    return Json.read(item.entry().key(), item.entry().value(), type);
  }

  /** Under the names that routes use; Camel finds health checks among the beans. */
  void bind(Main main) {
    main.bind("metrics", metrics);
    main.bind("queue-listener", metrics.queues());
    main.bind("ring-listener", metrics.ring());
    main.bind("health-loops", new LoopsCheck(vitals.loops()));
    main.bind("health-watches", new WatchesCheck(vitals.loops()));
    main.bind("health-consul", new ConsulCheck(new Reachability(core.connection)));
    main.bind("health-session", new SessionCheck(vitals.sessions()));
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    main.bind("health-disk", new DiskCheck(List.of(temporary)));
  }

  /** Once Camel has started. */
  void show(CamelContext context) {
    ManagedBeans.register(context, vitals);
  }

  @Override
  public void close() {
    try {
      if (tracing.isPresent()) {
        tracing.get().close();
      }
    } catch (Exception e) {
      LOG.warn("could not end tracing: {}", e.getMessage());
    }
    metrics.close();
  }
}
