package dev.metronome.agent;

import static dev.metronome.agent.BestEffort.attempt;

import dev.metronome.base.crash.CrashPoint;
import dev.metronome.base.crash.SkewedClock;
import dev.metronome.base.file.FileWatch;
import dev.metronome.base.file.ReloadedFiles;
import dev.metronome.config.Configuration;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.rights.RightsCheck;
import dev.metronome.consul.rights.RightsWatch;
import dev.metronome.pipeline.dispatch.Targets;
import dev.metronome.pipeline.membership.HostLock;
import dev.metronome.pipeline.membership.Incarnation;
import dev.metronome.telemetry.inspection.Hawtio;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running agent.
 *
 * <p><em>Guarantees</em>: either all of it runs, or it has not started and nothing of it is left in
 * Consul. {@link #close} stops taking work, hands leadership over, gives a running task its grace
 * period, and leaves Consul in good order.
 */
public final class Agent implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

  private static final Duration RIGHTS_INTERVAL = Duration.ofMinutes(5);

  /** Task files may be many; looking at them takes at most a fiftieth of the time. */
  private static final int IDLENESS = 50;

  private final Configuration configuration;
  private final Map<String, String> environment;
  private final String version;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private String node = "";
  private volatile HttpServer server;
  private volatile TaskFiles files;
  private volatile FileWatch watch;
  private volatile ConsulCredentials credentials;
  private volatile FileWatch credentialsWatch;
  private volatile RightsWatch rightsWatch;
  private volatile AgentParts parts;
  private volatile Main main;
  private volatile PortRoutes door;
  private volatile Optional<HostLock> lock = Optional.empty();

  /**
   * @param environment of this process, for operations
   * @param version of this agent, as others see it
   */
  public Agent(Configuration configuration, Map<String, String> environment, String version) {
    this.configuration = configuration;
    this.environment = configuration.operationEnvironment(environment);
    this.version = version;
  }

  /**
   * Starts everything; waits for Consul if need be.
   *
   * @throws RouteException a route cannot be used
   * @throws dev.metronome.consul.rights.MissingRightsException its ACL token lacks a right
   * @throws dev.metronome.pipeline.membership.NameTakenException another living agent bears this
   *     node's name
   * @throws InterruptedException if it was stopped before it had started
   */
  public void start() throws InterruptedException {
    warnOfFaults();
    ActingFiles.announce(configuration);
    ReloadedFiles secrets = new ReloadedFiles("secret-files", new SecretFiles(configuration));
    configuration
        .runAs()
        .ifPresent(name -> LOG.info("operations run-as={} unless their task says run_as", name));
    RouteFiles routes = RouteFiles.of(configuration.routes());
    check(routes);
    files = TaskFiles.read(configuration, routes.operationTypes(configuration.text("prefix")));
    server = HttpServer.of(configuration.http());
    credentials = new ConsulCredentials(configuration);
    ConsulConnection connection = credentials.connection();
    Duration interval = configuration.duration("reload-interval");
    credentialsWatch =
        new FileWatch(
            "consul-credentials",
            () -> {
              secrets.look();
              credentials.look();
            },
            interval,
            1,
            connection.loops());
    credentialsWatch.start();
    watch = new FileWatch("task-files", files::look, interval, IDLENESS, connection.loops());
    watch.start();
    try {
      NodeName name = NodeName.find(configuration, connection, stopped);
      node = name.own();
      RightsCheck rights = rights(connection, name);
      rights.demand();
      name.demandCertain();
      rightsWatch = new RightsWatch(rights, RIGHTS_INTERVAL, connection.loops());
      lock = HostLock.take(configuration.stateFolder(), node, cluster(connection));
      parts = new AgentParts(context(connection), server);
      credentials.operations(parts.node.operationBeans.connection());
      parts.membership.presence.awaitName(
          configuration.duration("session-ttl").multipliedBy(2).plusSeconds(5));
      parts.node.stragglers.find();
      main = new CamelSetup(parts, server, configuration, node).main(routes);
      main.start();
      server.started(context(), interval, connection.loops());
      parts.instruments.show(context());
      door = new PortRoutes(parts.agent, parts.intake.forecaster);
      door.open(server.router(context()));
      if (configuration.flag("hawtio")) {
        Hawtio.serve(server.router(context()), context());
        LOG.info("hawtio={}{}/", server.url(), Hawtio.PATH);
      }
      server.open();
      parts.node.liveLogs.start();
      parts.membership.join();
    } catch (InterruptedException | RuntimeException e) {
      abandon(connection);
      throw RouteFault.explained(e, routes);
    }
    rightsWatch.start();
    parts.intake.authenticity.announce(server.door());
    parts.agent.signatures().announce();
    if (configuration.operationsShareToken()) {
      LOG.warn(
          "operations show the agent's own token to Consul, which may write {}; give them another"
              + " with operation-token-file",
          configuration.text("prefix"));
    }
    LOG.info(
        "node={} state=started version={} port={} http={} consul={} patterns={} routes={}",
        node,
        version,
        server.port(),
        server.url(),
        connection.url(),
        files.digests(),
        routes.own().isEmpty() ? "built-in" : routes.own());
    if (configuration.flag("warm-up")) {
      WarmUp.begin(() -> stopped.getCount() == 0 || parts.isBusy());
    }
  }

  private AgentContext context(ConsulConnection connection) {
    return new AgentContext(
        configuration,
        environment,
        connection,
        files,
        configuration.eventSignatures(),
        node,
        Incarnation.of(node),
        version,
        SkewedClock.system());
  }

  /** Those of the jar alone are known to fit. */
  private static void check(RouteFiles routes) {
    if (!routes.own().isEmpty() || !routes.unread().isEmpty()) {
      RouteCheck check = new RouteCheck(routes);
      check.demand();
      check.doubts().forEach(doubt -> LOG.warn("routes {}", doubt));
    }
  }

  private RightsCheck rights(ConsulConnection connection, NodeName name) {
    return new RightsCheck(
        connection,
        configuration.text("prefix"),
        name.consul(),
        Targets.AGENT_SERVICE,
        () -> files.get().services());
  }

  /** What tells apart agents of one name on one host. */
  private String cluster(ConsulConnection connection) {
    return connection.url() + " " + configuration.text("prefix");
  }

  private static void warnOfFaults() {
    CrashPoint.asked()
        .ifPresent(at -> LOG.warn("-Dmetronome.crash is set: this process will halt {}", at));
    SkewedClock.asked()
        .ifPresent(by -> LOG.warn("-Dmetronome.clock-offset is set: this clock is {} off", by));
  }

  /**
   * Reads the task files, the port's certificate and what is shown to Consul again, now, rather
   * than at the next look. Runs nothing again; what runs goes on as it began. Does nothing before
   * they have been read for the first time. Any thread.
   */
  public void reload() {
    TaskFiles known = files;
    if (known != null) {
      known.reload(ReloadedFiles.Occasion.ASKED);
    }
    HttpServer listening = server;
    if (listening != null) {
      listening.reload();
    }
    ConsulCredentials shown = credentials;
    if (shown != null) {
      shown.reload(ReloadedFiles.Occasion.ASKED);
    }
  }

  /** This agent's node name; empty before it is known. */
  public String node() {
    return node;
  }

  /** The port that it answers on; 0 before it is known. */
  public int port() {
    HttpServer known = server;
    return known == null ? 0 : known.port();
  }

  /** What answers on its port. */
  Router router() {
    return server.router(context());
  }

  /** The context that runs the routes. */
  public CamelContext context() {
    return main.getCamelContext();
  }

  /** Requests sent to Consul so far. */
  public long requests() {
    return parts.agent.connection().requests();
  }

  public boolean isLeader() {
    return parts.membership.leadership.isLeader();
  }

  /** Whether it answers on its port; before it has started, whether it may still do so. */
  public boolean isAlive() {
    Main known = main;
    if (known == null || !known.isStarted()) {
      return ended.getCount() > 0;
    }
    return server.answers();
  }

  /** Waits until the agent has been closed. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** Ends what had started when the rest could not. */
  private void abandon(ConsulConnection connection) {
    watch.close();
    credentialsWatch.close();
    server.close();
    if (rightsWatch != null) {
      rightsWatch.close();
    }
    if (main != null) {
      attempt("stop Camel", main::stop);
    }
    connection.close();
    unlock();
    ended.countDown();
  }

  @Override
  public void close() {
    if (stopped.getCount() == 0) {
      return;
    }
    stopped.countDown();
    if (watch != null) {
      watch.close();
      credentialsWatch.close();
    }
    AgentParts known = parts;
    if (known != null) {
      known.membership.presence.close();
    }
    if (known == null || main == null || ended.getCount() == 0) {
      return;
    }
    rightsWatch.close();
    server.close();
    LOG.info("node={} state=stopping", node);
    AgentShutdown departure = new AgentShutdown(parts, configuration, node);
    departure.stopWorking(context());
    server.shut();
    door.close();
    departure.leaveConsul();
    attempt("stop Camel", main::stop);
    parts.close();
    unlock();
    LOG.info("node={} state=stopped", node);
    ended.countDown(); // last: the process ends with it
  }

  private void unlock() {
    lock.ifPresent(held -> attempt("give the host's lock back", held::close));
  }
}
