package dev.metronome.agent;

import static dev.metronome.agent.AgentShutdown.attempt;

import dev.metronome.agent.route.RouteCheck;
import dev.metronome.agent.route.RouteException;
import dev.metronome.agent.route.RouteFault;
import dev.metronome.agent.route.RouteFiles;
import dev.metronome.agent.route.RouteReload;
import dev.metronome.base.crash.SkewedClock;
import dev.metronome.config.Configuration;
import dev.metronome.consul.Catalog;
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

  private final Configuration configuration;
  private final Map<String, String> environment;
  private final String version;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private String node = "";
  private volatile HttpServer server;
  private volatile WatchedFiles files;
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
    StartLog.before(configuration);
    RouteFiles routes = RouteFiles.of(configuration.routes());
    check(routes);
    files = new WatchedFiles(configuration, routes.operationTypes(configuration.text("prefix")));
    try {
      server = HttpServer.of(configuration.http());
      files.watch();
      run(identified(), routes);
    } catch (InterruptedException | RuntimeException e) {
      abandon();
      throw RouteFault.explained(e, routes);
    }
    rightsWatch.start();
    StartLog.after(parts, server, routes);
    if (configuration.flag("warm-up")) {
      WarmUp.begin(() -> stopped.getCount() == 0 || parts.isBusy());
    }
  }

  /** Who it is, once it is certain that it may be. */
  private AgentContext identified() throws InterruptedException {
    ConsulConnection connection = files.credentials().connection();
    NodeName name = NodeName.find(configuration, connection, stopped);
    node = name.own();
    RightsCheck rights = rights(connection, name);
    rights.demand();
    name.demandCertain();
    name.warn(new Catalog(connection));
    rightsWatch = new RightsWatch(rights, RIGHTS_INTERVAL, connection.loops());
    AgentContext agent =
        new AgentContext(
            configuration,
            environment,
            connection,
            files.tasks(),
            configuration.eventSignatures(),
            node,
            Incarnation.of(node),
            version,
            SkewedClock.system());
    lock = HostLock.take(configuration.stateFolder(), node, agent.cluster());
    return agent;
  }

  private void run(AgentContext agent, RouteFiles routes) throws InterruptedException {
    parts = new AgentParts(agent, server);
    files.credentials().operations(parts.node.operationBeans.connection());
    parts.membership.presence.awaitName(
        configuration.duration("session-ttl").multipliedBy(2).plusSeconds(5));
    parts.node.stragglers.find();
    main = new CamelSetup(parts, server, configuration, node).main(routes);
    main.start();
    parts.routes.ifPresent(each -> each.follow(context()));
    server.started(
        context(), configuration.duration("reload-interval"), agent.connection().loops());
    parts.instruments.show(context());
    door = new PortRoutes(agent, parts.intake.forecaster);
    door.open(server.router(context()));
    if (configuration.flag("hawtio")) {
      Hawtio.serve(server.router(context()), context());
      LOG.info("hawtio={}{}/", server.url(), Hawtio.PATH);
    }
    server.open();
    parts.node.liveLogs.start();
    parts.node.drains.start();
    parts.membership.join();
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
        () -> files.tasks().get().services());
  }

  /**
   * Reads the task files, the port's certificate and what is shown to Consul again, now, rather
   * than at the next look. Runs nothing again; what runs goes on as it began. Does nothing before
   * they have been read for the first time. Any thread.
   */
  public void reload() {
    WatchedFiles known = files;
    if (known != null) {
      known.reload();
    }
    HttpServer listening = server;
    if (listening != null) {
      listening.reload();
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
  private void abandon() {
    files.close();
    if (server != null) {
      server.close();
    }
    if (rightsWatch != null) {
      rightsWatch.close();
    }
    if (main != null) {
      parts.routes.ifPresent(RouteReload::close);
      attempt("stop Camel", main::stop);
    }
    files.credentials().connection().close();
    unlock();
    ended.countDown();
  }

  @Override
  public void close() {
    if (stopped.getCount() == 0) {
      return;
    }
    stopped.countDown();
    if (files != null) {
      files.close();
    }
    AgentParts known = parts;
    if (known != null) {
      known.membership.presence.close();
      known.routes.ifPresent(RouteReload::close);
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
