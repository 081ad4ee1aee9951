package dev.metronome.cli.picture;

import dev.metronome.state.EventView;
import dev.metronome.state.State;
import dev.metronome.state.TaskView;
import java.util.ArrayList;
import java.util.List;

/** What the operations that run have said last, below the picture. */
final class Tails {
  /** A blank line, whose it is, and one of its lines. */
  static final int LEAST = 3;

  private final Screen screen;

  Tails(Screen screen) {
    this.screen = screen;
  }

  /** Those of tasks that still run. */
  static List<FullScreen.Tail> running(EventView event, List<FullScreen.Tail> tails) {
    return tails.stream()
        .filter(tail -> !tail.lines().isEmpty())
        .filter(tail -> event.tasks().stream().anyMatch(task -> runs(task, tail)))
        .toList();
  }

  private static boolean runs(TaskView task, FullScreen.Tail tail) {
    return task.no() == tail.no()
        && task.in(State.INPROGRESS).stream().anyMatch(run -> run.node().equals(tail.node()));
  }

  /** As many as fit into so many lines, each with as many of its lines as the others leave it. */
  List<Line> lines(List<FullScreen.Tail> tails, int room) {
    List<Line> lines = new ArrayList<>();
    if (tails.isEmpty() || room < LEAST) {
      return lines;
    }
    lines.add(new Line(screen));
    int shown = Math.min(tails.size(), (room - 1) / 2);
    int left = room - 1;
    for (int i = 0; i < shown; i++) {
      FullScreen.Tail tail = tails.get(i);
      int most = left / (shown - i) - 1;
      List<String> all = tail.lines();
      List<String> last = all.subList(Math.max(0, all.size() - most), all.size());
      lines.add(new Line(screen).add("> " + tail.no() + " " + tail.task() + " on " + tail.node()));
      last.forEach(text -> lines.add(new Line(screen).add("  " + Columns.withoutTabs(text))));
      left -= last.size() + 1;
    }
    return lines;
  }
}
