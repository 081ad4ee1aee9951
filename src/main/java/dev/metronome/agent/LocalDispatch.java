package dev.metronome.agent;

import dev.metronome.agent.route.RouteCheck;
import dev.metronome.agent.route.RouteException;
import dev.metronome.agent.route.RouteFault;
import dev.metronome.agent.route.RouteFiles;
import dev.metronome.base.log.Redaction;
import dev.metronome.config.Configuration;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.schedule.ScheduledTask;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.pipeline.execute.LocalRun;
import dev.metronome.pipeline.execute.TaskLog;
import dev.metronome.pipeline.execute.TaskRuns;
import dev.metronome.pipeline.process.BoundedOutput;
import dev.metronome.pipeline.process.OutputColours;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the tasks of an event here and now, all of them and in their order, by the routes and
 * operations of an agent but without a cluster: nothing is queued, claimed or recorded.
 *
 * <p><em>Does not guarantee</em> that Consul is not spoken to: operations may.
 */
public final class LocalDispatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LocalDispatch.class);

  private final TaskFiles files;
  private final OperationBeans beans;
  private final Main main = new Main();
  private final String node;

  /**
   * Starts the routes of operations; other routes of the user's own only where they begin with
   * {@code direct:}, since operations may call them.
   *
   * @param environment of this process, for operations
   * @param lines gets the tasks' logs, line by line, known secrets masked
   * @throws RouteException a route cannot be used
   */
  public LocalDispatch(
      Configuration configuration, Map<String, String> environment, Consumer<String> lines)
      throws InterruptedException {
    RouteFiles routes = RouteFiles.of(configuration.routes());
    if (!routes.own().isEmpty()) {
      new RouteCheck(routes).demand();
    }
    Map<String, String> children = configuration.operationEnvironment(environment);
    files = TaskFiles.read(configuration, routes.operationTypes(configuration.text("prefix")));
    beans = new OperationBeans(configuration, children, files.operations());
    node = configuration.text("node").isEmpty() ? hostName() : configuration.text("node");
    OutputColours colours =
        configuration.flag("log-colours") ? OutputColours.KEPT : OutputColours.DROPPED;
    int limit = Math.toIntExact(configuration.size("log-limit"));
    Clock clock = Clock.system(ZoneId.systemDefault());
    Redaction discreet = Redaction.of(configuration.secrets());
    TaskRuns runs =
        new TaskRuns(
            files,
            children,
            beans::exports,
            beans::secrets,
            node,
            () ->
                new BoundedOutput(
                    limit, clock, colours, line -> lines.accept(discreet.apply(line))),
            beans.runAs(),
            id -> 1,
            EventSignatures.none(),
            List.of());
    try {
      start(configuration, routes.local(), runs);
    } catch (Exception e) {
      close();
      throw RouteFault.explained(e, routes);
    }
  }

  private void start(Configuration configuration, RouteFiles routes, TaskRuns runs)
      throws Exception {
    main.configure().withName("metronome-dispatch");
    main.configure().withRoutesIncludePattern(routes.includes());
    main.configure().withBasePackageScanEnabled(false);
    main.configure().withAutoConfigurationLogSummary(false);
    main.configure().withAutoStartup(false);
    main.configure().withShutdownTimeout(1);
    main.setOverrideProperties(configuration.camelProperties());
    beans.bind(main);
    main.bind("task-runs", runs);
    main.addMainListener(new Preparation());
    main.start();
    CamelContext context = main.getCamelContext();
    for (Route route : context.getRoutes()) {
      if (route.getEndpoint() instanceof DirectEndpoint) {
        context.getRouteController().startRoute(route.getRouteId());
      }
    }
  }

  /**
   * Runs an event's tasks up to the first that fails, then takes them back if the event says so,
   * and at last what it has in {@code finally}.
   *
   * @return how it ended; empty if no task file defines the event
   * @throws IllegalArgumentException if the name or a parameter cannot be an event's
   * @throws TaskFileException if it cannot be run, since a task file has an error
   */
  public Optional<Outcome> run(String name, Map<String, String> params) {
    Clock clock = Clock.systemUTC();
    String id = "dispatch-" + clock.instant().toEpochMilli();
    Event event = Event.of(id, name, params, clock.instant(), "dispatch", null);
    files
        .get()
        .objection(name)
        .ifPresent(
            objection -> {
              throw new TaskFileException("the event " + name + " " + objection + further(name));
            });
    if (!files.get().defines(name)) {
      return Optional.empty();
    }
    files
        .get()
        .objection(name, params)
        .ifPresent(
            objection -> {
              throw new IllegalArgumentException(
                  "the event " + name + " is not taken as it is: " + objection);
            });
    ProducerTemplate template = main.getCamelContext().createProducerTemplate();
    LocalRun run = new LocalRun(template);
    LocalCourse course = new LocalCourse();
    for (ScheduledTask task : files.get().tasksOf(name)) {
      if (course.isDue(task) && task.step().approval().isPresent()) {
        LOG.warn("no={} task={} state=passed-over nobody is asked here", task.no(), task.name());
      } else if (course.isDue(task)) {
        PlannedTask planned = task.planned(UnaryOperator.identity(), true).undrained();
        course.ended(task, run.run(Assignment.of(event, planned, 0, clock.instant())));
      }
    }
    return Optional.of(course.outcome());
  }

  /** The errors after the first, which alone is a part of the objection. */
  private String further(String name) {
    return files.get().leftOut().stream()
        .filter(file -> file.events().contains(name))
        .flatMap(file -> file.errors().stream().skip(1))
        .map(error -> "\n" + error)
        .collect(Collectors.joining());
  }

  /** The events that the task files define. */
  public Iterable<String> events() {
    return files.get().eventNames();
  }

  /** Ends the operation that runs now; its task fails. Any thread. */
  public void cancel(String reason) {
    beans.operations().cancel(reason);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._:-]", "-");
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  @Override
  public void close() {
    main.stop();
    beans.close();
  }

  /** What must stand in the context before its routes are built. */
  private static final class Preparation extends MainListenerSupport {
    @Override
    public void beforeConfigure(BaseMainSupport main) {
      main.getCamelContext().getCamelContextExtension().addLogListener(new TaskLog());
    }
  }
}
