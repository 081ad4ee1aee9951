package dev.metronome.cli;

import dev.metronome.config.Configuration;
import dev.metronome.model.record.Json;
import dev.metronome.state.EventFollower;
import dev.metronome.state.EventView;
import dev.metronome.state.NodeRun;
import dev.metronome.state.TaskView;
import dev.metronome.state.Viewer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what the tasks of an event have said. */
@picocli.CommandLine.Command(
    name = "logs",
    description = "Print the logs of an event; --node=NODE chooses those of one node",
    footer = {
      "metronome logs 3f2a91bc",
      "metronome logs 3f2a91bc --task 1 --node app-2",
      "metronome logs 3f2a91bc -f",
      "metronome logs 3f2a91bc --full",
    })
final class LogsCommand implements Command {
  private static final Duration LOOK = Duration.ofSeconds(1);

  @Parameters(arity = "1", paramLabel = "ID", description = "The event's ID or its beginning")
  private String id;

  @Option(names = "--task", paramLabel = "NUMBER", description = "Only of this task, from 0")
  private String task;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until the event has ended")
  private boolean follow;

  @Option(
      names = "--full",
      description = "All that was printed, as far as this machine has kept it (output-limit)")
  private boolean full;

  @Option(names = "--json", description = "As JSON: a list of EventID, No, Task, Node, Status, Log")
  private boolean json;

  /** The setting of the same name, but only where it was typed. */
  private Optional<String> node = Optional.empty();

  /** A log that can be asked for. */
  record Source(TaskView task, NodeRun run) {
    Viewer.LogName name() {
      return new Viewer.LogName(task.no(), run.node());
    }
  }

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) throws Exception {
    check();
    node = configuration.typed("node");
    try (Cluster cluster = new Cluster(configuration)) {
      EventView event = cluster.event(id);
      if (json) {
        terminal.out().println(Json.text(json(event, cluster.viewer())));
        return ExitCode.DONE;
      }
      LogPrinter printer = new LogPrinter(terminal);
      int printed =
          full
              ? new FullLogs(configuration, cluster, terminal).print(event, sources(event), printer)
              : print(event, cluster.viewer(), printer);
      if (follow && !event.hasEnded()) {
        follow(event, cluster, printer);
      } else if (printed == 0) {
        throw nothing(event);
      }
      if (!full && printer.hasCut()) {
        terminal.say(
            "this is not all that was printed; what the node has kept, there: metronome logs "
                + Cluster.shortened(event.id())
                + " --full");
      }
    }
    return ExitCode.DONE;
  }

  private void check() {
    if (task != null && !task.matches("[0-9]{1,6}")) {
      throw new CommandException(
          ExitCode.USAGE, "--task must be a task's number, found `" + task + "`");
    }
    if (follow && json) {
      throw new CommandException(ExitCode.USAGE, "--json prints once; give it or --follow");
    }
    if (full && (follow || json)) {
      throw new CommandException(ExitCode.USAGE, "--full prints once, and text; give it alone");
    }
  }

  private void follow(EventView event, Cluster cluster, LogPrinter printer) throws Exception {
    try (EventFollower follower = cluster.follow(event)) {
      EventView now = event;
      while (!now.hasEnded() && !follower.isGone()) {
        now = follower.next(LOOK);
        print(now, cluster.viewer(), printer);
      }
      if (follower.isGone()) {
        throw new CommandException(ExitCode.NO_SUCH_EVENT, Cluster.gone(now));
      }
    }
  }

  private int print(EventView event, Viewer viewer, LogPrinter printer) {
    List<Source> wanted =
        sources(event).stream()
            .filter(source -> printer.wants(source.task(), source.run()))
            .toList();
    Map<Viewer.LogName, String> logs =
        viewer.logs(event.id(), wanted.stream().map(Source::name).toList());
    int printed = 0;
    for (Source source : wanted) {
      String log = logs.getOrDefault(source.name(), "");
      printed += printer.print(source.task(), source.run(), log);
    }
    return printed;
  }

  private List<Source> sources(EventView event) {
    List<Source> sources = new ArrayList<>();
    for (TaskView each : event.tasks()) {
      if (task == null || each.no() == Integer.parseInt(task)) {
        each.nodes().stream()
            .filter(run -> node.isEmpty() || node.get().equals(run.node()))
            .forEach(run -> sources.add(new Source(each, run)));
      }
    }
    return sources;
  }

  private List<Map<String, Object>> json(EventView event, Viewer viewer) {
    List<Map<String, Object>> logs = new ArrayList<>();
    for (Source source : sources(event)) {
      Map<String, Object> log = new LinkedHashMap<>();
      log.put("EventID", event.id());
      log.put("No", source.task().no());
      log.put("Task", source.task().name());
      log.put("Node", source.run().node());
      log.put("Status", source.run().status());
      log.put("Log", viewer.log(event.id(), source.task().no(), source.run().node()).orElse(""));
      logs.add(log);
    }
    return logs;
  }

  private CommandException nothing(EventView event) {
    boolean chosen = task != null || node.isPresent();
    return new CommandException(
        chosen ? ExitCode.USAGE : ExitCode.DONE,
        "event "
            + event.id()
            + " ("
            + event.status().word()
            + ") has no log"
            + (chosen ? " of that task and node; `metronome show` lists them" : " yet"));
  }
}
