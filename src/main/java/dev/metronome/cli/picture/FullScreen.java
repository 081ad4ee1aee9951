package dev.metronome.cli.picture;

import dev.metronome.base.log.PrintableText;
import dev.metronome.state.EventSummary;
import dev.metronome.state.EventView;
import dev.metronome.state.NodeRun;
import dev.metronome.state.TaskView;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private List<Tail> tails = List.of();
  private List<String> beside = List.of();
  private Optional<String> note = Optional.empty();
  private boolean closed;

  /**
   * The last lines of what a task has said on a node, so far.
   *
   * @param no place of the task in its event
   * @param lines as the script wrote them
   */
  public record Tail(int no, String task, String node, List<String> lines) {
    public Tail {
      lines = List.copyOf(lines);
    }
  }

  /** Takes the terminal now. */
  public FullScreen(PrintStream out, Map<String, String> environment) {
    this(out, () -> Screen.of(environment), Clock.systemUTC());
  }

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
  public void show(EventView event) {
    measure();
    List<Line> lines = new ArrayList<>();
    lines.add(title(event.event()));
    note.ifPresent(text -> lines.addAll(reason(Mark.WAITING, text)));
    beside.forEach(text -> lines.add(new Line(screen).add(Mark.WAITING, PrintableText.of(text))));
    lines.add(new Line(screen));
    List<Line> failures = failures(event);
    List<Tail> running = Tails.running(event, tails);
    int free = screen.height() - lines.size() - failures.size();
    int room = Math.max(PICTURE, running.isEmpty() ? free : free / 2);
    Screen rest = new Screen(screen.width(), room, screen.ink(), screen.letters());
    lines.addAll(new Picture(rest).lines(event, elapsed(event.event())));
    lines.addAll(failures);
    lines.addAll(new Tails(screen).lines(running, screen.height() - lines.size()));
    draw(lines);
  }

  /** What operations have said last; from the next picture on, and as long as they run. */
  public void hear(List<Tail> now) {
    tails = List.copyOf(now);
  }

  /** What else there is to know; from the next picture on, below its title. */
  public void beside(List<String> sentences) {
    beside = List.copyOf(sentences);
  }

  @Override
  public void note(Optional<String> sentence) {
    note = sentence;
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

  private Line title(EventSummary event) {
    String by = event.by().map(who -> " by " + who).orElse("");
    return new Line(screen).add("event " + event.id() + " " + event.name() + by);
  }

  private Duration elapsed(EventSummary event) {
    Instant now = clock.instant();
    Instant from = event.startedAt().orElse(now);
    Instant to = event.finishedAt().orElse(now);
    return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
  }

  private List<Line> failures(EventView event) {
    List<Line> lines = new ArrayList<>();
    for (TaskView task : event.tasks()) {
      for (NodeRun run : task.failures()) {
        lines.addAll(reason(task.title() + " on " + run.node() + ": ", run.why()));
      }
    }
    if (event.status().isFailure() && lines.isEmpty()) {
      lines.addAll(reason("", event.event().why()));
    }
    if (!lines.isEmpty()) {
      lines.add(0, new Line(screen));
    }
    int most = Math.max(2, screen.height() - PICTURE - 2);
    return lines.subList(0, Math.min(lines.size(), most));
  }

  /** On as many lines as it takes, up to a few. */
  private List<Line> reason(String where, Optional<String> why) {
    return reason(Mark.ERROR, where + why.orElse("failed"));
  }

  private List<Line> reason(Mark mark, String sentence) {
    String text = PrintableText.of(sentence);
    int width = Math.max(1, screen.width() - 1);
    List<Line> lines = new ArrayList<>();
    for (int from = 0; from < text.length() && lines.size() < REASON; from += width) {
      String part = text.substring(from, Math.min(text.length(), from + width));
      lines.add(new Line(screen).add(mark, part));
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
