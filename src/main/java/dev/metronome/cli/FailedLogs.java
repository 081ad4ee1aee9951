package dev.metronome.cli;

import dev.metronome.state.EventView;
import dev.metronome.state.NodeRun;
import dev.metronome.state.TaskView;
import dev.metronome.state.Viewer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The first and the last lines that failed tasks said; once for nodes that said the same. */
final class FailedLogs {
  private static final int FIRST = 3;
  private static final int LAST = 10;
  private static final int NODES = 5;
  private static final Pattern TIME = Pattern.compile("^\\d{4}-\\d\\d-\\d\\dT\\S+ ");

  private final Viewer viewer;
  private final TextOutput output;

  FailedLogs(Viewer viewer, TextOutput output) {
    this.viewer = viewer;
    this.output = output;
  }

  void print(EventView event) {
    for (TaskView task : event.tasks()) {
      List<NodeRun> failed = task.failures();
      alike(viewer, event.id(), task, failed.stream().limit(NODES).toList())
          .forEach(runs -> print(event.id(), task, runs));
      int more = failed.size() - NODES;
      if (more > 0) {
        output.line();
        output.line(
            "and "
                + more
                + (more == 1 ? " more node" : " more nodes")
                + " on which task "
                + task.title()
                + " failed");
      }
    }
  }

  /** Those that failed for the same reason and said the same, but for times and their own names. */
  static List<List<NodeRun>> alike(Viewer viewer, String id, TaskView task, List<NodeRun> runs) {
    Map<List<String>, List<NodeRun>> groups = new LinkedHashMap<>();
    for (NodeRun run : runs) {
      List<String> said = new ArrayList<>(List.of(run.why().orElse("")));
      lines(viewer, id, task, run).forEach(line -> said.add(TIME.matcher(line).replaceFirst("")));
      said.replaceAll(line -> line.replace(run.node(), ""));
      groups.computeIfAbsent(said, each -> new ArrayList<>()).add(run);
    }
    return List.copyOf(groups.values());
  }

  static String names(List<NodeRun> runs) {
    return runs.stream().map(NodeRun::node).collect(Collectors.joining(", "));
  }

  private static List<String> lines(Viewer viewer, String id, TaskView task, NodeRun run) {
    return viewer.log(id, task.no(), run.node()).map(log -> log.lines().toList()).orElse(List.of());
  }

  private void print(String id, TaskView task, List<NodeRun> alike) {
    NodeRun run = alike.get(0);
    List<String> lines = lines(viewer, id, task, run);
    if (lines.isEmpty() && run.startedAt().isEmpty()) {
      return; // it never began there
    }
    output.line();
    output.line("task " + task.title() + " on " + names(alike) + " said" + length(lines.size()));
    boolean all = lines.size() <= FIRST + LAST + 1;
    int first = all ? lines.size() : FIRST;
    lines.subList(0, first).forEach(line -> output.line("  " + line));
    if (!all) {
      output.line(
          "  … "
              + (lines.size() - FIRST - LAST)
              + " lines; metronome logs "
              + Cluster.shortened(id)
              + " --task "
              + task.no()
              + " --node "
              + run.node()
              + " …");
      lines.subList(lines.size() - LAST, lines.size()).forEach(line -> output.line("  " + line));
    }
  }

  private static String length(int lines) {
    return switch (lines) {
      case 0 -> " nothing";
      case 1 -> " in 1 line:";
      default -> " in " + lines + " lines:";
    };
  }
}
