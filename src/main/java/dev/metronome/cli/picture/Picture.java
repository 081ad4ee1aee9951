package dev.metronome.cli.picture;

import dev.metronome.model.record.EventResult;
import dev.metronome.state.EventState;
import dev.metronome.state.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An event as lines: tasks down; nodes across as long as they fit side by side, else a bar for each
 * task; a bar for the event below.
 */
final class Picture {
  private static final int BAR = 20;

  private final Screen screen;

  Picture(Screen screen) {
    this.screen = screen;
  }

  /** As many lines as fit, those of the tasks in hand before others. */
  List<Line> lines(EventState state, Duration elapsed) {
    Layout layout = Grid.fits(state, screen) ? new Grid(state, screen) : new Bars(state, screen);
    int room = Math.max(1, screen.height() - 2 - layout.head().size());
    int first = firstShown(state, room);
    List<Line> lines = new ArrayList<>(layout.head());
    state.tasks().stream().skip(first).limit(room).map(layout::line).forEach(lines::add);
    lines.add(foot(state, elapsed));
    return lines;
  }

  /** How long an event took that has ended, whenever that was. */
  static Optional<Duration> took(EventState state) {
    Optional<Instant> from = state.result().flatMap(EventResult::startedAt);
    Optional<Instant> to = state.result().flatMap(EventResult::finishedAt);
    return from.flatMap(begin -> to.map(end -> Duration.between(begin, end)))
        .filter(time -> !time.isNegative());
  }

  /** A way to draw tasks. */
  interface Layout {
    List<Line> head();

    Line line(TaskState task);
  }

  private static int firstShown(EventState state, int room) {
    int ended = (int) state.tasks().stream().filter(TaskState::isFinal).count();
    return Math.max(0, Math.min(ended - room / 2, state.tasks().size() - room));
  }

  private Line foot(EventState state, Duration elapsed) {
    Line line = new Line(screen);
    if (state.result().isEmpty()) {
      return line.add(Mark.WAITING).add(" in the event queue  " + Seconds.of(elapsed));
    }
    EventResult event = state.result().get();
    int ended = (int) state.tasks().stream().filter(TaskState::isFinal).count();
    line.add(bar(ended, state.tasks().size(), BAR, screen)).add(" ");
    line.add(ended + " of " + state.tasks().size() + " tasks  ");
    return line.add(Mark.of(event.status())).add("  " + Seconds.of(elapsed));
  }

  /** So much of it is done. */
  static String bar(int done, int of, int width, Screen screen) {
    int filled = of == 0 ? 0 : done * width / of;
    boolean unicode = screen.letters() == Screen.Letters.UNICODE;
    return (unicode ? "█" : "#").repeat(filled) + (unicode ? "░" : "-").repeat(width - filled);
  }
}
