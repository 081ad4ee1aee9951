package dev.metronome.cli.picture;

import dev.metronome.base.log.PrintableText;
import dev.metronome.state.EventView;
import dev.metronome.state.NodeRun;
import dev.metronome.state.TaskView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Why something has failed or does not move, each on as many lines as it takes, up to a few. */
final class Reasons {
  /** Lines of one reason. */
  private static final int MOST = 4;

  private final Screen screen;

  Reasons(Screen screen) {
    this.screen = screen;
  }

  /** What has failed, on which nodes and why, after a blank line; nothing if nothing has. */
  List<Line> failures(EventView event, int most) {
    List<Line> lines = new ArrayList<>();
    for (TaskView task : event.tasks()) {
      for (NodeRun run : task.failures()) {
        lines.addAll(failed(task.title() + " on " + run.node() + ": ", run.why()));
      }
      if (task.status().isFailure() && task.failures().isEmpty()) {
        lines.addAll(failed(task.title() + ": ", task.why())); // by its gate
      }
    }
    if (event.status().isFailure() && lines.isEmpty()) {
      lines.addAll(failed("", event.event().why()));
    }
    if (!lines.isEmpty()) {
      lines.add(0, new Line(screen));
    }
    return lines.subList(0, Math.min(lines.size(), most));
  }

  private List<Line> failed(String where, Optional<String> why) {
    return lines(Mark.ERROR, where + why.orElse("failed"));
  }

  List<Line> lines(Mark mark, String sentence) {
    int width = Math.max(1, screen.width() - 1);
    return Columns.wrapped(PrintableText.of(sentence), width).stream()
        .limit(MOST)
        .map(text -> new Line(screen).add(mark, text))
        .toList();
  }
}
