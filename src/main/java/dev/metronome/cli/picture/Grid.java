package dev.metronome.cli.picture;

import dev.metronome.state.EventState;
import dev.metronome.state.TaskState;
import java.util.List;

/** Tasks down, nodes across. */
final class Grid implements Picture.Layout {
  private static final int GAP = 2;
  private static final int LONGEST_NAME = 24;

  private final Screen screen;
  private final List<String> nodes;
  private final int left;
  private final int column;

  Grid(EventState state, Screen screen) {
    this.screen = screen;
    this.nodes = state.nodes();
    this.left = Labels.width(state, LONGEST_NAME) + GAP;
    this.column = column(state) + GAP;
  }

  static boolean fits(EventState state, Screen screen) {
    int left = Labels.width(state, LONGEST_NAME) + GAP;
    return left + state.nodes().size() * (column(state) + GAP) <= screen.width();
  }

  private static int column(EventState state) {
    return Math.max(
        Mark.WIDTH, state.nodes().stream().mapToInt(String::length).max().orElse(Mark.WIDTH));
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
  public Line line(TaskState task) {
    Line line = new Line(screen).add(Labels.of(task, left - GAP));
    if (task.targets().isEmpty()) {
      Mark mark = Mark.of(task);
      String filter = mark == Mark.WAITING ? " for " + task.filter() : "";
      return line.to(left).add(mark).add(filter);
    }
    for (int i = 0; i < nodes.size(); i++) {
      if (task.targets().contains(nodes.get(i))) {
        line.to(left + i * column).add(Mark.of(task, nodes.get(i)));
      }
    }
    return line;
  }
}
