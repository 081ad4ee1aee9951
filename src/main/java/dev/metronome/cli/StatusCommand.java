package dev.metronome.cli;

import dev.metronome.agent.systemd.ServiceState;
import dev.metronome.cli.picture.ApprovalSentence;
import dev.metronome.cli.picture.GateSentence;
import dev.metronome.cli.picture.Seconds;
import dev.metronome.cli.picture.Table;
import dev.metronome.config.Configuration;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Lane;
import dev.metronome.pipeline.migration.OriginalState;
import dev.metronome.state.ClusterView;
import dev.metronome.state.EventSummary;
import dev.metronome.state.NodeRun;
import dev.metronome.state.QueueView;
import dev.metronome.state.State;
import dev.metronome.state.TaskView;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Says how this machine's service and the cluster stand. */
@picocli.CommandLine.Command(
    name = "status",
    description = "Show the service here, who leads and lives, what waits and what runs",
    footer = {"metronome status", "metronome status --json"})
final class StatusCommand implements Command {
  private static final int NAMED = 12;

  @Option(
      names = "--json",
      description =
          "As JSON: Service, Leader, Agents, Faults, Queue, Running, Newer, Quarantined, Original,"
              + " Held, Frozen")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) throws InterruptedException {
    ServiceState service = ServiceCommand.service(terminal).state();
    TextOutput output = new TextOutput(terminal);
    Table table = output.table();
    table.row("service", service.line());
    try (Cluster cluster = new Cluster(configuration)) {
      ClusterView view = cluster.viewer().cluster();
      List<String> original = original(view, cluster);
      if (json) {
        terminal.out().println(json(service, view, original));
      } else {
        rows(view, held(view, cluster), original, table, output);
      }
    } finally {
      if (!json) {
        output.print(table); // the service also without Consul
      }
    }
    return service.hasFailed() ? ExitCode.FAILED : ExitCode.DONE;
  }

  /** As the leader says it; what is there stands still without one, too. */
  private static List<String> original(ClusterView view, Cluster cluster) {
    return view.original().isEmpty()
        ? MigrateCommand.hint(OriginalState.read(cluster.connection(), cluster.keys()))
        : view.original();
  }

  private static String json(ServiceState service, ClusterView view, List<String> original) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("Service", Json.fields(service));
    fields.putAll(Json.fields(view));
    fields.put("Original", original);
    return Json.text(fields);
  }

  /** The IDs of events in progress that a freeze keeps from opening anything. */
  private static Set<String> held(ClusterView view, Cluster cluster) {
    return view.inProgress().stream()
        .filter(
            event ->
                view.frozen().stream().anyMatch(each -> each.holds(event.name(), event.lane())))
        .flatMap(event -> cluster.viewer().accepted(event.id()).stream())
        .filter(event -> event.override().isEmpty())
        .map(Event::id)
        .collect(Collectors.toSet());
  }

  private static void rows(
      ClusterView view, Set<String> held, List<String> original, Table table, TextOutput output) {
    table.row("leader", view.leader().map(ClusterView.Leader::node).orElse("none"));
    table.row("agents", view.agents().size() + some(view.agents(), name -> name));
    faults(view, table);
    original.forEach(hint -> table.row("original", hint));
    view.held()
        .forEach(
            each -> table.row("held", "since " + output.at(each.since()) + ": " + each.sentence()));
    view.frozen()
        .forEach(
            each ->
                table.row(
                    "frozen",
                    each.sentence()
                        + each.until().map(at -> ", until " + output.at(at)).orElse("")));
    table.row("queue", queue(view.queue()));
    view.queue()
        .blocked()
        .forEach(
            each ->
                table.row(
                    "blocked", Cluster.shortened(each.eventId()) + ": " + TextOutput.reason(each)));
    lanes(view, table);
    if (view.running().isEmpty()) {
      table.row("running", "nothing");
    }
    for (ClusterView.Running running : view.inProgress()) {
      table.row("running", event(running, output) + in(running, view));
      task(running, held.contains(running.id()), table, output);
    }
    view.queue().newer().forEach(left -> table.row("left alone", left.sentence()));
    view.newer().forEach(left -> table.row("left alone", left.sentence()));
    if (view.quarantined() > 0) {
      table.row("set aside", view.quarantined() + " unreadable; see `metronome quarantine`");
    }
  }

  /** The same sentence of several nodes is said once. */
  private static void faults(ClusterView view, Table table) {
    Map<String, List<String>> nodes = new TreeMap<>();
    view.faults()
        .forEach(
            (node, faults) ->
                faults.forEach(
                    (pattern, fault) ->
                        nodes
                            .computeIfAbsent(pattern + ": " + fault, each -> new ArrayList<>())
                            .add(node)));
    nodes.forEach(
        (fault, where) -> table.row("broken", fault + " (on " + String.join(", ", where) + ")"));
  }

  /** How full each is. */
  private static void lanes(ClusterView view, Table table) {
    String label = "lanes";
    for (Lane lane : view.lanes()) {
      long busy = view.inProgress().stream().filter(it -> it.lane().equals(lane.name())).count();
      long waiting =
          view.queue().events().stream()
              .filter(event -> view.queue().lane(event).equals(lane.name()))
              .count();
      table.row(
          label,
          lane.name()
              + ": "
              + busy
              + " of "
              + lane.limit()
              + " in progress"
              + (waiting == 0 ? "" : ", " + waiting + " waiting"));
      label = "";
    }
  }

  private static String in(ClusterView.Running running, ClusterView view) {
    return view.lanes().isEmpty() && running.lane().equals(Lane.COMMON.name())
        ? ""
        : ", in lane " + running.lane();
  }

  private static String queue(QueueView queue) {
    return queue.waiting() == 0
        ? "empty"
        : queue.waiting() + " waiting" + some(queue.events(), EventSummary::name);
  }

  private static String event(ClusterView.Running event, TextOutput output) {
    return event.name()
        + " "
        + Cluster.shortened(event.id())
        + (event.given().isEmpty() ? "" : " with " + event.given())
        + event.by().map(by -> " by " + by).orElse("")
        + event.cancelled().map(wanted -> ", being " + wanted.sentence()).orElse("")
        + ", for "
        + output.took(Optional.of(event.startedAt()), Optional.empty());
  }

  private static void task(
      ClusterView.Running running, boolean held, Table table, TextOutput output) {
    TaskView task = running.task();
    String filter = task.filter().map(text -> " (" + text + ")").orElse("");
    table.row("task", task.title() + filter + ", of " + running.tasks());
    ApprovalSentence.of(Cluster.shortened(running.id()), task, Instant.now(Clock.systemUTC()))
        .ifPresent(text -> table.row("", text));
    Instant now = Instant.now(Clock.systemUTC());
    (held ? GateSentence.held(task, now) : GateSentence.of(task, now))
        .ifPresent(text -> table.row("", text));
    if (running.openedAt().isEmpty() && task.approval().isEmpty()) {
      table.row("awaited", "a node that matches " + task.filter().orElse(""));
    }
    runs(
        "done",
        task.targets().stream().filter(run -> run.status().isFinal()).toList(),
        table,
        StatusCommand::ended);
    runs(
        "lost",
        task.in(State.INPROGRESS).stream().filter(run -> run.vanished().isPresent()).toList(),
        table,
        run -> run.node() + ": " + run.vanished().orElseThrow());
    runs(
        "runs",
        task.in(State.INPROGRESS).stream().filter(run -> run.vanished().isEmpty()).toList(),
        table,
        run ->
            run.node()
                + " for "
                + output.took(run.startedAt(), Optional.empty())
                + attempt(run)
                + until(run, output));
    runs(
        "awaited",
        task.in(State.ASSIGNED),
        table,
        run ->
            run.node()
                + run.message().map(why -> ", " + why).orElse(", has not taken it")
                + until(run, output));
    task.leftOut().ifPresent(text -> table.row("left out", text));
  }

  private static String ended(NodeRun run) {
    return run.node()
        + " "
        + run.status().word()
        + Seconds.between(run.startedAt(), run.finishedAt())
        + run.why().map(why -> ": " + why).orElse("");
  }

  private static void runs(
      String what, List<NodeRun> runs, Table table, Function<NodeRun, String> said) {
    String label = what;
    for (NodeRun run : runs.subList(0, Math.min(NAMED, runs.size()))) {
      table.row(label, said.apply(run));
      label = "";
    }
    if (runs.size() > NAMED) {
      table.row(label, "and " + (runs.size() - NAMED) + " more");
    }
  }

  private static String attempt(NodeRun run) {
    return run.attempt().map(number -> ", attempt " + number).orElse("")
        + run.message().map(before -> " (" + before + ")").orElse("");
  }

  private static String until(NodeRun run, TextOutput output) {
    return run.until()
        .filter(at -> at.isAfter(Instant.now(Clock.systemUTC()))) // a new leader counts anew
        .map(at -> ", given up at " + output.at(at))
        .orElse("");
  }

  private static <T> String some(List<T> all, Function<T, String> name) {
    String names = all.stream().limit(NAMED).map(name).collect(Collectors.joining(", "));
    return all.isEmpty() ? "" : ": " + names + (all.size() > NAMED ? ", …" : "");
  }
}
