package dev.metronome.cli.picture;

import dev.metronome.base.log.PrintableText;
import dev.metronome.state.EventView;
import dev.metronome.state.State;
import dev.metronome.state.TaskView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
  List<Line> lines(EventView event, Duration elapsed) {
    Grid grid = new Grid(event, screen);
    Layout layout = grid.fits() ? grid : new Bars(event, screen);
    int rest = screen.height() - 2 - layout.head().size();
    Optional<Line> gate =
        event.tasks().stream()
            .filter(task -> task.status() == State.INPROGRESS && rest > 1)
            .flatMap(task -> waiting(event, task, Instant.now(Clock.systemUTC())))
            .findFirst()
            .map(sentence -> new Line(screen).add(sentence));
    int room = Math.max(1, gate.isPresent() ? rest - 1 : rest);
    int first = firstShown(event, room);
    List<Line> lines = new ArrayList<>(layout.head());
    event.tasks().stream().skip(first).limit(room).map(layout::line).forEach(lines::add);
    gate.ifPresent(lines::add);
    lines.add(foot(event, elapsed));
    return lines;
  }

  private static Stream<String> waiting(EventView event, TaskView task, Instant now) {
    return ApprovalSentence.of(event.id(), task, now).or(() -> GateSentence.of(task, now)).stream();
  }

  /** How long an event took that has ended, whenever that was. */
  static Optional<Duration> took(EventView event) {
    Optional<Instant> to = event.event().finishedAt();
    return event
        .event()
        .startedAt()
        .flatMap(begin -> to.map(end -> Duration.between(begin, end)))
        .filter(time -> !time.isNegative());
  }

  /** A way to draw tasks. */
  interface Layout {
    List<Line> head();

    Line line(TaskView task);
  }

  private static int firstShown(EventView event, int room) {
    int ended = (int) event.tasks().stream().filter(TaskView::hasEnded).count();
    return Math.max(0, Math.min(ended - room / 2, event.tasks().size() - room));
  }

  private Line foot(EventView event, Duration elapsed) {
    Line line = new Line(screen);
    if (event.status() == State.QUEUED) {
      return line.add(Mark.WAITING).add(" in the event queue  " + Seconds.of(elapsed));
    }
    int failed = (int) event.tasks().stream().filter(task -> task.status().isFailure()).count();
    int done = (int) event.tasks().stream().filter(TaskView::hasEnded).count() - failed;
    line.add(bar(done, event.tasks().size(), BAR, screen)).add(" ");
    line.add(done + " of " + event.tasks().size() + " tasks  ");
    if (failed > 0) {
      line.add(Mark.ERROR, failed + " failed").add("  ");
    }
    return line.add(Mark.of(event.status())).add("  " + Seconds.of(elapsed));
  }

  /** What a task is called at the left edge: its NO and its name. */
  static String label(TaskView task, int most) {
    String label = label(task);
    return label.length() <= most ? label : label.substring(0, Math.max(0, most - 1)) + "~";
  }

  static int labelWidth(EventView event, int most) {
    int widest = event.tasks().stream().mapToInt(task -> label(task).length()).max().orElse(0);
    return Math.min(most, widest);
  }

  private static String label(TaskView task) {
    return PrintableText.of(task.title());
  }

  /** So much of it is done. */
  static String bar(int done, int of, int width, Screen screen) {
    int filled = of == 0 ? 0 : done * width / of;
    boolean unicode = screen.letters() == Screen.Letters.UNICODE;
    return (unicode ? "█" : "#").repeat(filled) + (unicode ? "░" : "-").repeat(width - filled);
  }
}
