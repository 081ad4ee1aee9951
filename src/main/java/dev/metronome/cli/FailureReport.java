package dev.metronome.cli;

import dev.metronome.base.log.PrintableText;
import dev.metronome.model.record.Resume;
import dev.metronome.state.EventView;
import dev.metronome.state.NodeRun;
import dev.metronome.state.TaskView;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Says of an event that failed: which task, on which node, why, and what it said last; once for
 * nodes alike.
 */
final class FailureReport {
  private static final int LINES = 10;
  private static final int NODES = 5;

  private final Terminal terminal;
  private final Cluster cluster;

  FailureReport(Terminal terminal, Cluster cluster) {
    this.terminal = terminal;
    this.cluster = cluster;
  }

  /** Prints nothing unless the event has ended as an error or a timeout. */
  void print(EventView event) {
    boolean anywhere = event.tasks().stream().anyMatch(task -> !task.failures().isEmpty());
    if (event.status().isFailure() && !anywhere) {
      terminal.say("event " + event.event().name() + ": " + event.event().why().orElse("failed"));
    }
    nodes(event);
  }

  /** The same, without what lines about the event have said: why it has failed, if on no node. */
  void nodes(EventView event) {
    if (!event.status().isFailure()) {
      return;
    }
    List<TaskView> failed =
        event.tasks().stream().filter(task -> !task.failures().isEmpty()).toList();
    for (TaskView task : failed) {
      List<NodeRun> first = task.failures().stream().limit(NODES).toList();
      FailedLogs.alike(cluster.viewer(), event.id(), task, first)
          .forEach(alike -> print(task, alike, event.id()));
      int more = task.failures().size() - NODES;
      if (more > 0) {
        terminal.say(
            "task "
                + task.title()
                + " failed on "
                + more
                + (more == 1 ? " more node" : " more nodes"));
      }
    }
    next(cluster, event).ifPresent(terminal::say);
  }

  /** Which command goes on with an event that failed; empty if none can. */
  static Optional<String> next(Cluster cluster, EventView event) {
    boolean undone = event.tasks().stream().anyMatch(task -> task.undoes().isPresent());
    return event.status().isFailure()
        ? cluster
            .retry(event.id())
            .map(
                resume ->
                    (undone ? "to begin again at task " : "to go on at task ")
                        + title(event, resume)
                        + on(resume.nodes())
                        + ": metronome retry "
                        + Cluster.shortened(event.id()))
        : Optional.empty();
  }

  private static String title(EventView event, Resume resume) {
    return event.tasks().stream()
        .filter(task -> task.no() == resume.from())
        .findFirst()
        .map(TaskView::title)
        .orElseGet(() -> resume.from() + " " + resume.task());
  }

  private static String on(List<String> nodes) {
    String more = nodes.size() > NODES ? " and " + (nodes.size() - NODES) + " more" : "";
    return nodes.isEmpty()
        ? ""
        : " on " + nodes.stream().limit(NODES).collect(Collectors.joining(", ")) + more;
  }

  private void print(TaskView task, List<NodeRun> alike, String eventId) {
    NodeRun run = alike.get(0);
    String why = run.why().orElse("failed");
    terminal.say("task " + task.title() + " on " + FailedLogs.names(alike) + ": " + why);
    String log = cluster.viewer().log(eventId, task.no(), run.node()).orElse("");
    PrintStream err = terminal.err();
    List<String> lines = log.lines().toList();
    if (!lines.isEmpty()) {
      err.println(
          "  the end of its log (all of it: metronome logs "
              + Cluster.shortened(eventId)
              + " --task "
              + task.no()
              + " --node "
              + run.node()
              + "):");
      lines.stream()
          .skip(Math.max(0, lines.size() - LINES))
          .forEach(line -> err.println("    " + PrintableText.of(line)));
    }
  }
}
