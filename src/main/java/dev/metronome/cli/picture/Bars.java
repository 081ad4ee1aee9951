package dev.metronome.cli.picture;

import dev.metronome.model.record.NodeResult;
import dev.metronome.state.EventState;
import dev.metronome.state.TaskState;
import java.util.List;

/** A bar for each task, and how many of its nodes have ended: for more nodes than fit across. */
final class Bars implements Picture.Layout {
  private static final int BAR = 12;
  private static final int LONGEST_NAME = 20;

  private final Screen screen;
  private final int left;

  Bars(EventState state, Screen screen) {
    this.screen = screen;
    this.left = Labels.width(state, LONGEST_NAME);
  }

  @Override
  public List<Line> head() {
    return List.of();
  }

  @Override
  public Line line(TaskState task) {
    Line line = new Line(screen).add(Labels.of(task, left)).to(left + 2).add(Mark.of(task));
    int all = task.targets().size();
    if (all == 0) {
      return line;
    }
    int ended = (int) task.nodes().stream().filter(node -> node.status().isFinal()).count();
    line.to(left + 2 + Mark.WIDTH + 2).add(Picture.bar(ended, all, BAR, screen));
    line.add(" " + ended + " of " + all + " nodes");
    List<NodeResult> failures = task.failures();
    if (!failures.isEmpty()) {
      line.add("  ").add(Mark.ERROR, failures.size() + " failed: ").add(failures.get(0).node());
    }
    return line;
  }
}
