package dev.metronome.agent;

import dev.metronome.base.crash.SkewedClock;
import dev.metronome.base.log.Redaction;
import dev.metronome.config.Configuration;
import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Registration;
import dev.metronome.consul.SessionKeeper;
import dev.metronome.http.api.PostReply;
import dev.metronome.http.api.PostedEvents;
import dev.metronome.model.record.Format;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.Presence;
import dev.metronome.model.record.Presence.PatternPresence;
import dev.metronome.model.schedule.Pattern;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.pipeline.claim.Claims;
import dev.metronome.pipeline.claim.ConsulClaimRepository;
import dev.metronome.pipeline.claim.EndedTasks;
import dev.metronome.pipeline.dispatch.Advancer;
import dev.metronome.pipeline.dispatch.KnownAgents;
import dev.metronome.pipeline.dispatch.Limits;
import dev.metronome.pipeline.dispatch.LiveAgents;
import dev.metronome.pipeline.dispatch.Planner;
import dev.metronome.pipeline.dispatch.ProgressQueue;
import dev.metronome.pipeline.dispatch.SelectedNodes;
import dev.metronome.pipeline.dispatch.Targets;
import dev.metronome.pipeline.execute.FullOutput;
import dev.metronome.pipeline.execute.LiveLogs;
import dev.metronome.pipeline.execute.NodeQueue;
import dev.metronome.pipeline.execute.Operations;
import dev.metronome.pipeline.execute.Stragglers;
import dev.metronome.pipeline.execute.TaskRuns;
import dev.metronome.pipeline.hook.JsonBody;
import dev.metronome.pipeline.intake.Authenticity;
import dev.metronome.pipeline.intake.Events;
import dev.metronome.pipeline.membership.ConsulClusterService;
import dev.metronome.pipeline.membership.Incarnation;
import dev.metronome.pipeline.membership.Leadership;
import dev.metronome.pipeline.membership.PresenceKeeper;
import dev.metronome.pipeline.migration.Migration;
import dev.metronome.pipeline.migration.Switchover;
import dev.metronome.pipeline.process.BoundedOutput;
import dev.metronome.pipeline.process.Cookie;
import dev.metronome.pipeline.process.Leftovers;
import dev.metronome.pipeline.process.OutputColours;
import dev.metronome.pipeline.process.OutputFiles;
import dev.metronome.pipeline.process.OutputKeeper;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.retention.Retention;
import dev.metronome.state.forecast.Changes;
import dev.metronome.state.forecast.Fingerprint;
import dev.metronome.state.forecast.Forecaster;
import dev.metronome.state.forecast.UndefinedEventException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.camel.main.Main;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;

/** The pieces of one agent, joined. */
final class Core {

  /** As many IDs of user events as the ring can hold several times over. */
  private static final int OFFERED = 1_000;

  final ConsulConnection connection;
  final Keys keys;
  final SessionKeeper sessions;
  final Registration registration;
  final PresenceKeeper presence;
  final Leadership leadership;
  final Claims claims;
  final Operations operations;
  final Authenticity authenticity;
  final EventSignatures signatures;

  final Stragglers stragglers;

  final OperationBeans operationBeans;
  private final TaskFiles files;
  private final Duration killGrace;
  final EventQueue events;
  final ProgressQueue progress;
  private final Targets targets;
  private final Advancer advancer;
  final Planner planner;
  private final Retention retention;
  private final Switchover switchover;
  final NodeQueue nodeQueue;
  private final TaskRuns runs;
  final LiveLogs liveLogs;
  private final Events reader;
  private final PostedEvents posted;
  final Forecaster forecaster;
  private final ConsulClusterService cluster;
  final Instruments instruments;

  Core(
      Configuration configuration,
      Map<String, String> environment,
      ConsulConnection connection,
      TaskFiles files,
      String node,
      HttpServer server,
      String version) {
    Clock clock = SkewedClock.system();
    this.connection = connection;
    this.files = files;
    this.killGrace = configuration.duration("kill-grace");
    this.keys = new Keys(configuration.text("prefix"));
    Incarnation self = Incarnation.of(node);
    this.registration =
        new Registration(
            connection,
            Targets.AGENT_SERVICE,
            node,
            server.port(),
            server.liveUrl(),
            configuration.duration("check-interval"));
    this.sessions =
        new SessionKeeper(connection, registration, configuration.duration("session-ttl"));
    this.presence = new PresenceKeeper(connection, keys, node, () -> presence(node, version, self));
    files.listen(presence::refresh);
    files.listenToFaults(presence::refresh);
    Limits limits =
        new Limits(
            configuration.duration("start-timeout"),
            configuration.duration("finish-timeout"),
            configuration.duration("lost-after"),
            configuration.duration("lost-after-retryable"),
            configuration.duration("cancel-timeout"));
    this.leadership =
        new Leadership(
            connection,
            sessions,
            keys.leader(),
            Json.write(
                Lead.of(node, self.id(), limits.start(), limits.finish())
                    .by(RouteFiles.of(configuration.routes()).edited())));
    this.cluster = new ConsulClusterService(leadership, node);
    this.signatures = configuration.eventSignatures();
    this.events =
        new EventQueue(
            connection, keys, clock, configuration.number("queue-limit"), signatures::sign);
    this.switchover =
        new Switchover(
            new Migration(connection, keys, clock),
            leadership,
            System::nanoTime,
            events.view()::wake,
            presence::refresh);
    events.openOnly(switchover::isClear);
    Catalog catalog = new Catalog(connection);
    LiveAgents agents = new LiveAgents(catalog);
    leadership.listen(agents::follow);
    this.targets =
        new Targets(catalog, agents, new KnownAgents(connection, keys, System::nanoTime));
    this.advancer = new Advancer(connection, keys, targets, limits, clock, System::nanoTime);
    this.progress = new ProgressQueue(connection, keys, leadership, events, clock);
    this.retention =
        new Retention(
            connection,
            keys,
            leadership,
            configuration.duration("keep"),
            configuration.number("keep-events"),
            clock);
    this.planner =
        new Planner(
            files, leadership, connection, keys, configuration.flag("skippable"), clock, node);
    this.claims =
        new Claims(
            connection,
            sessions,
            keys,
            node,
            self.id(),
            clock,
            (eventId, no) -> endLeftovers(TaskRuns.cookie(node, eventId, no), eventId, no),
            EndedTasks.of(ended(configuration, connection, node)));
    Optional<OutputFiles> outputFiles =
        OutputFiles.in(
            configuration.outputFolder(node, connection.url()),
            configuration.size("output-limit"),
            configuration.size("output-total"),
            configuration.duration("output-keep"));
    this.operationBeans =
        new OperationBeans(
            configuration, environment, files.operations(), outputFiles.map(OutputKeeper::new));
    OutputColours colours =
        configuration.flag("log-colours") ? OutputColours.KEPT : OutputColours.DROPPED;
    int logLimit = Math.toIntExact(configuration.size("log-limit"));
    Supplier<BoundedOutput> logs =
        () -> new BoundedOutput(logLimit, Clock.system(ZoneId.systemDefault()), colours);
    this.runs =
        new TaskRuns(
            files,
            environment,
            operationBeans::exports,
            operationBeans::secrets,
            node,
            logs,
            operationBeans.runAs(),
            id -> claims.attempt(id).orElse(1),
            signatures);
    this.operations = operationBeans.operations();
    this.liveLogs =
        new LiveLogs(
            claims,
            Redaction.of(configuration.secrets())::apply,
            System::nanoTime,
            connection.loops());
    FullOutput output =
        new FullOutput(
            outputFiles,
            logs,
            Redaction.of(configuration.secrets())::apply,
            connection,
            keys,
            node,
            clock);
    claims.listen(output);
    runs.listen(output);
    runs.listen(liveLogs);
    this.stragglers =
        new Stragglers(connection, keys, node, files, claims, operations, killGrace, output);
    stragglers.listen(presence::refresh);
    operationBeans.survivors(stragglers::survived);
    this.nodeQueue =
        new NodeQueue(
            connection,
            sessions,
            keys,
            node,
            claims,
            operations,
            stragglers,
            liveLogs,
            output,
            clock);
    nodeQueue.onPresence(presence::seen);
    nodeQueue.listen(presence::refresh);
    this.authenticity =
        new Authenticity(configuration.signingKeys(), payload(configuration), clock);
    this.reader = new Events(clock, authenticity, "agent@" + node);
    this.forecaster =
        new Forecaster(
            files,
            connection,
            keys,
            configuration.flag("skippable"),
            Redaction.of(configuration.secrets())::apply,
            clock);
    this.posted = new PostedEvents(reader, authenticity, this::changes, server.door());
    this.instruments =
        new Instruments(
            this,
            files,
            node,
            version,
            configuration.flag("tracing") ? Optional.of(environment) : Optional.empty());
  }

  private static Path ended(Configuration configuration, ConsulConnection connection, String node) {
    CRC32 cluster = new CRC32(); // what tells apart agents of one name, as for the host's lock
    cluster.update(
        (connection.url() + " " + configuration.text("prefix")).getBytes(StandardCharsets.UTF_8));
    return configuration
        .stateFolder()
        .resolve("ended-" + node + "-" + Long.toHexString(cluster.getValue()) + ".jsonl");
  }

  /** What unsigned user events must show, now. */
  private Supplier<Optional<String>> payload(Configuration configuration) {
    Optional<String> fixed = configuration.payloadToken();
    return configuration.payloadIsOwnToken() ? connection::token : () -> fixed;
  }

  private List<String> changes(String plan, String event, Map<String, String> params) {
    Fingerprint earlier =
        Fingerprint.parse(plan)
            .orElseThrow(() -> new IllegalArgumentException("`plan` must be a plan's fingerprint"));
    try {
      return Changes.since(earlier, forecaster.of(event, params));
    } catch (UndefinedEventException e) {
      return List.of(e.getMessage());
    }
  }

  private Presence presence(String node, String version, Incarnation self) {
    Map<String, PatternPresence> patterns = new TreeMap<>();
    for (Pattern pattern : files.get().patterns()) {
      patterns.put(
          pattern.name(),
          new PatternPresence(pattern.digest(), List.copyOf(pattern.events().keySet())));
    }
    return new Presence(
        Format.CURRENT,
        node,
        version,
        self.host(),
        self.pid(),
        self.startedAt(),
        self.id(),
        patterns,
        stragglers.sentence().or(nodeQueue::unknown),
        files.faults(),
        switchover.finding());
  }

  /** Returns whether nothing of an earlier run of the task is left. */
  private boolean endLeftovers(Cookie cookie, String eventId, int no) throws InterruptedException {
    Leftovers left = new Leftovers(cookie);
    boolean ended = left.end(killGrace).isEmpty();
    if (!ended) {
      stragglers.survived(eventId, no, left);
    }
    return ended;
  }

  /** Whether an event waits, is in progress, or has a task here. */
  boolean isBusy() {
    return Stream.of(events, progress, nodeQueue).anyMatch(it -> it.view().head().isPresent());
  }

  /** Under the names that routes use. */
  void bind(Main main) {
    main.bind("consul-connection", connection);
    main.bind("keys", keys);
    main.bind("event-queue", events);
    main.bind("progress-task-queue", progress);
    main.bind("node-queue", nodeQueue);
    main.bind("authenticity", authenticity);
    main.bind("events", reader);
    main.bind("posted-events", posted);
    main.bind("post-reply", new PostReply());
    main.bind("offered", MemoryIdempotentRepository.memoryIdempotentRepository(OFFERED));
    main.bind("planner", planner);
    main.bind("retention", retention);
    main.bind("switchover", switchover);
    main.bind("advancer", advancer);
    main.bind("json-body", new JsonBody());
    main.bind("next-event", planner);
    main.bind("targets", targets);
    main.bind("selected-nodes", new SelectedNodes());
    main.bind("task-opening", advancer.opener());
    main.bind("claims", new ConsulClaimRepository(claims, stragglers::isClear));
    main.bind("task-runs", runs);
    operationBeans.bind(main);
    instruments.bind(main);
  }

  /** Ends the connections, the last thing that an agent does. */
  void close() {
    liveLogs.close();
    stragglers.close();
    operationBeans.close();
    instruments.close();
    connection.close();
  }

  /** For {@code master:}. */
  ConsulClusterService cluster() {
    return cluster;
  }
}
