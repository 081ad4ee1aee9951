package dev.metronome.cli;

import dev.metronome.cli.picture.ApprovalSentence;
import dev.metronome.cli.picture.GateSentence;
import dev.metronome.cli.picture.Table;
import dev.metronome.config.Configuration;
import dev.metronome.model.record.Json;
import dev.metronome.pipeline.membership.Roster;
import dev.metronome.state.EventSummary;
import dev.metronome.state.EventView;
import dev.metronome.state.NodeRun;
import dev.metronome.state.State;
import dev.metronome.state.TaskView;
import dev.metronome.state.TrafficView;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows one event: its tasks on their nodes, and what failed ones said. */
@picocli.CommandLine.Command(
    name = "show",
    description = "Show an event's tasks on their nodes, and why what failed",
    footer = {"metronome show 3f2a91bc", "metronome show 3f2a --json"})
final class ShowCommand implements Command {
  /** Nodes of one task that are listed; what is not done or failed comes first. */
  private static final int NODES = 12;

  @Parameters(arity = "1", paramLabel = "ID", description = "The event's ID or its beginning")
  private String id;

  @Option(names = "--json", description = "As JSON: the event with Tasks and, in these, Nodes")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) {
    try (Cluster cluster = new Cluster(configuration)) {
      EventView event = cluster.event(id);
      if (json) {
        terminal.out().println(Json.text(event));
      } else {
        TextOutput output = new TextOutput(terminal);
        head(event.event(), blocked(event, cluster), output);
        tasks(event, absent(event, cluster), output);
        new FailedLogs(cluster.viewer(), output).print(event);
        FailureReport.next(cluster, event)
            .ifPresent(
                text -> {
                  output.line();
                  output.line(text);
                });
      }
    }
    return ExitCode.DONE;
  }

  /** Where a task waits for a node on which no agent runs, or runs no more. */
  private static Set<String> absent(EventView event, Cluster cluster) {
    Set<String> waiting =
        event.tasks().stream()
            .flatMap(task -> task.nodes().stream())
            .filter(ShowCommand::isUnended)
            .map(NodeRun::node)
            .collect(Collectors.toCollection(TreeSet::new));
    if (!waiting.isEmpty()) {
      Roster.read(cluster.connection(), cluster.keys())
          .presences()
          .forEach(presence -> waiting.remove(presence.node()));
    }
    return waiting;
  }

  /** Why one that waits may not begin, by what the leader says. */
  private static Optional<String> blocked(EventView event, Cluster cluster) {
    return event.status() != State.QUEUED
        ? Optional.empty()
        : TrafficView.read(cluster.connection(), cluster.keys()).blocked().stream()
            .filter(each -> each.eventId().equals(event.id()))
            .findFirst()
            .map(TextOutput::reason);
  }

  private static void head(EventSummary event, Optional<String> blocked, TextOutput output) {
    Table head = output.table();
    head.row("event", event.id() + " " + event.name());
    if (!event.params().isEmpty()) {
      head.row("with", Pairs.text(event.params()));
    }
    event.limit().ifPresent(limit -> head.row("limit", limit.toString()));
    event.override().ifPresent(why -> head.row("override", why));
    event.lane().ifPresent(lane -> head.row("lane", lane));
    event.ahead().ifPresent(ahead -> head.row("ahead", "of those that waited for its lane"));
    head.row("status", event.status());
    blocked.ifPresent(why -> head.row("may not begin", why));
    event.why().ifPresent(text -> head.row("why", text));
    event.leftOut().ifPresent(text -> head.row("left out", text));
    event.acceptedAt().ifPresent(at -> head.row("accepted", output.at(at)));
    event.startedAt().ifPresent(at -> head.row("started", output.at(at)));
    event
        .finishedAt()
        .ifPresent(
            at ->
                head.row(
                    "ended",
                    output.at(at) + " in " + output.took(event.startedAt(), Optional.of(at))));
    event
        .cancelled()
        .filter(c -> !event.status().isFinal())
        .ifPresent(c -> head.row("ends", c.sentence()));
    event.digest().ifPresent(files -> head.row("files", files));
    event.fingerprint().ifPresent(plan -> head.row("fired as planned", plan));
    event
        .retryOf()
        .ifPresent(
            of ->
                head.row("retry of", of + event.from().map(no -> ", from task " + no).orElse("")));
    if (!event.retries().isEmpty()) {
      head.row("retried as", String.join(", ", event.retries()));
    }
    head.row(
        "by", event.by().orElse("unknown") + event.source().map(s -> " (" + s + ")").orElse(""));
    output.print(head);
  }

  private static void tasks(EventView event, Set<String> absent, TextOutput output) {
    List<TaskView> tasks = event.tasks();
    if (tasks.isEmpty()) {
      return;
    }
    Table table = output.table("TASK", "NODE", "STATUS", "TOOK", "WHY");
    for (TaskView task : tasks) {
      String name = task.title();
      if (task.nodes().isEmpty()) {
        String why = task.why().or(() -> task.filter().map(f -> "for " + f)).orElse("");
        table.row(name, "", task.status(), output.took(task.startedAt(), task.finishedAt()), why);
      }
      nodes(task, name, absent, table, output);
      ApprovalSentence.of(Cluster.shortened(event.id()), task, Instant.now(Clock.systemUTC()))
          .ifPresent(text -> table.row("", "", "", "", text));
      GateSentence.of(task, Instant.now(Clock.systemUTC()))
          .ifPresent(text -> table.row("", "", "", "", text));
      task.leftOut()
          .filter(text -> !event.hasEnded()) // then the event says it for all of them
          .ifPresent(text -> table.row("", "", "", "", text));
    }
    output.line();
    output.print(table);
  }

  private static void nodes(
      TaskView task, String name, Set<String> absent, Table table, TextOutput output) {
    List<NodeRun> runs = new ArrayList<>(task.nodes());
    runs.sort(Comparator.comparingInt(ShowCommand::urgency).thenComparing(NodeRun::node));
    String label = name;
    for (NodeRun run : runs.subList(0, Math.min(NODES, runs.size()))) {
      table.row(
          label,
          run.node(),
          run.status(),
          output.took(run.startedAt(), run.finishedAt()),
          run.why().orElse(isAwaited(run, absent) ? "no agent is running there" : ""));
      label = "";
    }
    if (runs.size() > NODES) {
      NodeRun next = runs.get(NODES);
      table.row("", "and " + (runs.size() - NODES) + " more", next.status());
    }
  }

  private static boolean isAwaited(NodeRun run, Set<String> absent) {
    return isUnended(run) && absent.contains(run.node());
  }

  private static boolean isUnended(NodeRun run) {
    return run.status() == State.ASSIGNED || run.status() == State.INPROGRESS;
  }

  private static int urgency(NodeRun run) {
    return run.status().isFailure() ? 0 : run.status().isFinal() ? 2 : 1;
  }
}
