package dev.metronome.cli.picture;

import dev.metronome.state.EventView;
import dev.metronome.state.NodeRun;
import dev.metronome.state.TaskView;
import java.util.List;

/** A bar for each task, and how many of its nodes have ended: for more nodes than fit across. */
final class Bars implements Picture.Layout {
  private static final int BAR = 12;
  private static final int LONGEST_NAME = 20;

  private final Screen screen;
  private final int left;

  Bars(EventView event, Screen screen) {
    this.screen = screen;
    this.left = Picture.labelWidth(event, LONGEST_NAME);
  }

  @Override
  public List<Line> head() {
    return List.of();
  }

  @Override
  public Line line(TaskView task) {
    Line line = new Line(screen).add(Picture.label(task, left));
    line.to(left + 2).add(Mark.of(task.status()));
    List<NodeRun> targets = task.targets();
    if (targets.isEmpty()) {
      return line;
    }
    int ended = (int) targets.stream().filter(run -> run.status().isFinal()).count();
    line.to(left + 2 + Mark.WIDTH + 2).add(Picture.bar(ended, targets.size(), BAR, screen));
    line.add(" " + ended + " of " + targets.size() + (targets.size() == 1 ? " node" : " nodes"));
    List<NodeRun> failures = task.failures();
    if (!failures.isEmpty()) {
      line.add("  ").add(Mark.ERROR, failures.size() + " failed: ").add(failures.get(0).node());
    }
    return line;
  }
}
