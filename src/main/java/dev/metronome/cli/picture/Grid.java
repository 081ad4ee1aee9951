package dev.metronome.cli.picture;

import static java.util.stream.Collectors.toMap;

import dev.metronome.state.EventView;
import dev.metronome.state.NodeRun;
import dev.metronome.state.State;
import dev.metronome.state.TaskView;
import java.util.List;
import java.util.Map;

/** Tasks down, nodes across. */
final class Grid implements Picture.Layout {
  private static final int GAP = 2;
  private static final int LONGEST_NAME = 24;

  private final Screen screen;
  private final List<String> nodes;
  private final int left;
  private final int column;

  Grid(EventView event, Screen screen) {
    this.screen = screen;
    this.nodes = event.nodes();
    this.left = Picture.labelWidth(event, LONGEST_NAME) + GAP;
    int widest = nodes.stream().mapToInt(String::length).max().orElse(0);
    this.column = Math.max(Mark.WIDTH, widest) + GAP;
  }

  boolean fits() {
    return left + nodes.size() * column <= screen.width();
  }

  @Override
  public List<Line> head() {
    Line line = new Line(screen);
    for (int i = 0; i < nodes.size(); i++) {
      line.to(left + i * column).add(nodes.get(i));
    }
    return nodes.isEmpty() ? List.of() : List.of(line);
  }

  @Override
  public Line line(TaskView task) {
    Line line = new Line(screen).add(Picture.label(task, left - GAP));
    List<NodeRun> targets = task.targets();
    if (targets.isEmpty()) {
      Mark mark = Mark.of(task.status());
      String filter = mark == Mark.WAITING ? " for " + task.filter().orElse("") : "";
      return line.to(left).add(mark).add(filter);
    }
    Map<String, State> on = targets.stream().collect(toMap(NodeRun::node, NodeRun::status));
    for (int i = 0; i < nodes.size(); i++) {
      if (on.containsKey(nodes.get(i))) {
        line.to(left + i * column).add(Mark.of(on.get(nodes.get(i))));
      }
    }
    return line;
  }
}
