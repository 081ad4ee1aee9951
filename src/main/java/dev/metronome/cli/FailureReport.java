package dev.metronome.cli;

import dev.metronome.base.log.PrintableText;
import dev.metronome.state.EventView;
import dev.metronome.state.NodeRun;
import dev.metronome.state.TaskView;
import java.io.PrintStream;
import java.util.List;

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
    if (!event.status().isFailure()) {
      return;
    }
    List<TaskView> failed =
        event.tasks().stream().filter(task -> !task.failures().isEmpty()).toList();
    if (failed.isEmpty()) {
      terminal.say("event " + event.event().name() + ": " + event.event().why().orElse("failed"));
    }
    for (TaskView task : failed) {
      List<NodeRun> first = task.failures().stream().limit(NODES).toList();
      FailedLogs.alike(cluster.viewer(), event.id(), task, first)
          .forEach(alike -> print(task, alike, event.id()));
      int more = task.failures().size() - NODES;
      if (more > 0) {
        terminal.say("task " + task.title() + " failed on " + more + " more nodes");
      }
    }
    if (cluster.viewer().accepted(event.id()).isPresent()) {
      boolean undone = event.tasks().stream().anyMatch(task -> task.undoes().isPresent());
      terminal.say(
          (undone ? "to run again what was undone" : "to go on from there")
              + ": metronome retry "
              + Cluster.shortened(event.id()));
    }
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
