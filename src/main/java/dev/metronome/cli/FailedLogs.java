package dev.metronome.cli;

import dev.metronome.state.EventView;
import dev.metronome.state.NodeRun;
import dev.metronome.state.TaskView;
import dev.metronome.state.Viewer;
import java.util.List;

/** The first and the last lines that failed tasks said. */
final class FailedLogs {
  private static final int FIRST = 3;
  private static final int LAST = 10;
  private static final int NODES = 5;

  private final Viewer viewer;
  private final Sheet sheet;

  FailedLogs(Viewer viewer, Sheet sheet) {
    this.viewer = viewer;
    this.sheet = sheet;
  }

  void print(EventView event) {
    for (TaskView task : event.tasks()) {
      List<NodeRun> failed = task.failures();
      failed.stream().limit(NODES).forEach(run -> print(event.id(), task, run));
      if (failed.size() > NODES) {
        sheet.line();
        sheet.line(
            "and "
                + (failed.size() - NODES)
                + " more nodes on which task "
                + task.no()
                + " failed");
      }
    }
  }

  private void print(String id, TaskView task, NodeRun run) {
    List<String> lines =
        viewer.log(id, task.no(), run.node()).map(log -> log.lines().toList()).orElse(List.of());
    sheet.line();
    sheet.line(
        "task "
            + task.no()
            + " "
            + task.name()
            + " on "
            + run.node()
            + " said"
            + (lines.isEmpty() ? " nothing" : " in " + lines.size() + " lines:"));
    boolean all = lines.size() <= FIRST + LAST + 1;
    int first = all ? lines.size() : FIRST;
    lines.subList(0, first).forEach(line -> sheet.line("  " + line));
    if (!all) {
      sheet.line(
          "  … "
              + (lines.size() - FIRST - LAST)
              + " lines; metronome logs "
              + Cluster.shortened(id)
              + " --task "
              + task.no()
              + " --node "
              + run.node()
              + " …");
      lines.subList(lines.size() - LAST, lines.size()).forEach(line -> sheet.line("  " + line));
    }
  }
}
