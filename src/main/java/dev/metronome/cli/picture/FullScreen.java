package dev.metronome.cli.picture;

import dev.metronome.base.log.PrintableText;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Reason;
import dev.metronome.state.EventState;
import dev.metronome.state.TaskState;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An event over the whole of a terminal: what it is, its tasks on their nodes, what has failed and
 * why, and what those that run have said last. What stood on the terminal before comes back when it
 * is closed. Nobody else may print to the terminal meanwhile. One thread draws, any may close.
 */
public final class FullScreen implements EventPicture, AutoCloseable {
  private static final String ESCAPE = "\u001b[";
  private static final String ENTER = ESCAPE + "?1049h" + ESCAPE + "?25l";
  private static final String LEAVE = ESCAPE + "?25h" + ESCAPE + "?1049l";
  private static final Duration MEASURE = Duration.ofSeconds(2);

  /** Lines that are left to the picture, whatever has failed. */
  private static final int PICTURE = 8;

  /** Lines of one reason. */
  private static final int REASON = 4;

  private final PrintStream out;
  private final Supplier<Screen> measure;
  private final Clock clock;
  private Screen screen;
  private Instant measured;
  private List<LogTail> tails = List.of();
  private boolean closed;

  FullScreen(PrintStream out, Supplier<Screen> measure, Clock clock) {
    this.out = out;
    this.measure = measure;
    this.clock = clock;
    this.screen = measure.get();
    this.measured = clock.instant();
    out.print(ENTER);
    out.flush();
  }

  @Override
  public void show(EventState state) {
    measure();
    List<Line> lines = new ArrayList<>();
    lines.add(title(state));
    lines.add(new Line(screen));
    List<Line> failures = failures(state);
    List<LogTail> running = Tails.running(state, tails);
    int free = screen.height() - lines.size() - failures.size();
    int room = Math.max(PICTURE, running.isEmpty() ? free : free / 2);
    Screen rest = new Screen(screen.width(), room, screen.ink(), screen.letters());
    lines.addAll(new Picture(rest).lines(state, elapsed(state)));
    lines.addAll(failures);
    lines.addAll(new Tails(screen).lines(running, screen.height() - lines.size()));
    draw(lines);
  }

  /** What operations have said last; from the next picture on, and as long as they run. */
  public void hear(List<LogTail> now) {
    tails = List.copyOf(now);
  }

  /** Shows sentences, while there is no event to show. */
  public void say(List<String> sentences) {
    measure();
    draw(sentences.stream().map(text -> new Line(screen).add(text)).toList());
  }

  /** A terminal may be made larger or smaller. */
  private void measure() {
    Instant now = clock.instant();
    if (Duration.between(measured, now).compareTo(MEASURE) >= 0) {
      screen = measure.get();
      measured = now;
    }
  }

  private Line title(EventState state) {
    Line line = new Line(screen).add("event " + state.eventId());
    state
        .result()
        .ifPresent(
            event -> line.add(" " + event.name() + event.by().map(by -> " by " + by).orElse("")));
    return line;
  }

  private Duration elapsed(EventState state) {
    Instant now = clock.instant();
    Instant from = state.result().flatMap(EventResult::startedAt).orElse(now);
    Instant to = state.result().flatMap(EventResult::finishedAt).orElse(now);
    return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
  }

  private List<Line> failures(EventState state) {
    List<Line> lines = new ArrayList<>();
    for (TaskState task : state.tasks()) {
      for (NodeResult node : task.failures()) {
        String where = task.no() + " " + task.name() + " on " + node.node() + ": ";
        lines.addAll(reason(where, node.message(), node.reason()));
      }
    }
    state
        .result()
        .filter(event -> event.status().stopsEvent() && lines.isEmpty())
        .ifPresent(event -> lines.addAll(reason("", event.message(), event.reason())));
    if (!lines.isEmpty()) {
      lines.add(0, new Line(screen));
    }
    int most = Math.max(2, screen.height() - PICTURE - 2);
    return lines.subList(0, Math.min(lines.size(), most));
  }

  /** On as many lines as it takes, up to a few. */
  private List<Line> reason(String where, Optional<String> message, Optional<Reason> reason) {
    String why = message.or(() -> reason.map(Reason::word)).orElse("failed");
    String text = PrintableText.of(where + why);
    int width = Math.max(1, screen.width() - 1);
    List<Line> lines = new ArrayList<>();
    for (int from = 0; from < text.length() && lines.size() < REASON; from += width) {
      String part = text.substring(from, Math.min(text.length(), from + width));
      lines.add(new Line(screen).add(Mark.ERROR, part));
    }
    return lines;
  }

  private synchronized void draw(List<Line> lines) {
    if (closed) {
      return;
    }
    StringBuilder frame = new StringBuilder(ESCAPE).append('H');
    int last = Math.min(lines.size(), screen.height());
    for (int i = 0; i < last; i++) {
      frame.append(lines.get(i)).append(ESCAPE).append(i < last - 1 ? "K\n" : "K");
    }
    out.print(frame.append(ESCAPE).append('J'));
    out.flush();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      out.print(LEAVE);
      out.flush();
    }
  }
}
