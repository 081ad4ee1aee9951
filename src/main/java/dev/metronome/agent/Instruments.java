package dev.metronome.agent;

import dev.metronome.consul.ConsulConnection;
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
import dev.metronome.telemetry.metrics.Scraper;
import dev.metronome.telemetry.vitals.QueueVitals;
import dev.metronome.telemetry.vitals.Vitals;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;

/** What shows how an agent does: its health checks and its metrics. It changes nothing. */
final class Instruments {

  private final ConsulConnection connection;
  private final Vitals vitals;
  private final Scraper scraper;

  Instruments(
      AgentContext agent,
      MembershipPart membership,
      LeaderPart leader,
      NodePart node,
      Telemetry telemetry) {
    this.connection = agent.connection();
    this.vitals =
        new Vitals(
            agent.node(),
            agent.version(),
            membership.leadership,
            membership.sessions,
            node.claims,
            node.operations,
            connection.loops(),
            List.of(
                queue("event-queue", leader.events, it -> read(it, Event.class).acceptedAt()),
                queue(
                    "progress-task-queue", leader.progress, it -> read(it, Plan.class).startedAt()),
                queue("node-queue", node.queue, it -> read(it, Assignment.class).assignedAt())));
    this.scraper = telemetry.metrics().scraper(vitals);
  }

  private static QueueVitals queue(String name, Queue queue, Function<QueueItem, Instant> since) {
    return new QueueVitals(name, queue, since, Clock.systemUTC());
  }

  private static <T> T read(QueueItem item, Class<T> type) {
    return Json.read(item.entry().key(), item.entry().value(), type);
  }

  /** Under the names that routes use; Camel finds health checks among the beans. */
  void bind(Main main) {
    main.bind("metrics", scraper);
    main.bind("health-loops", new LoopsCheck(vitals.loops()));
    main.bind("health-watches", new WatchesCheck(vitals.loops()));
    main.bind("health-consul", new ConsulCheck(new Reachability(connection)));
    main.bind("health-session", new SessionCheck(vitals.sessions()));
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    main.bind("health-disk", new DiskCheck(List.of(temporary)));
  }

  /** Once Camel has started. */
  void show(CamelContext context) {
    ManagedBeans.register(context, vitals);
  }
}
