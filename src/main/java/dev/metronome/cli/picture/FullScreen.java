package dev.metronome.cli.picture;

import dev.metronome.state.EventSummary;
import dev.metronome.state.EventView;
import dev.metronome.state.State;
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
 * why, what those that run have said last, and at the bottom what is beside it. What stood on the
 * terminal before comes back when it is closed. Nobody else may print to the terminal meanwhile.
 * One thread draws, any may close.
 */
public final class FullScreen implements EventPicture, AutoCloseable {
  private static final String ESCAPE = "\u001b[";
  private static final String ENTER = ESCAPE + "?1049h" + ESCAPE + "?25l";
  private static final String LEAVE = ESCAPE + "?25h" + ESCAPE + "?1049l";
  private static final Duration MEASURE = Duration.ofSeconds(2);

  /** Lines that are left to the picture, whatever has failed. */
  private static final int PICTURE = 8;

  private final PrintStream out;
  private final Supplier<Screen> measure;
  private final Clock clock;
  private Screen screen;
  private Instant measured;
  private List<Tail> tails = List.of();
  private List<Row> beside = List.of();
  private Optional<String> note = Optional.empty();
  private Optional<Duration> usual = Optional.empty();
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

  /** An event beside the one that is shown, and how it stands. */
  public record Row(State state, String sentence) {}

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
    note.ifPresent(text -> lines.addAll(new Reasons(screen).lines(Mark.WAITING, text)));
    lines.add(new Line(screen));
    List<Line> bottom = bottom();
    int most = Math.max(2, screen.height() - bottom.size() - PICTURE - 2);
    List<Line> failures = new Reasons(screen).failures(event, most);
    List<Tail> running = Tails.running(event, tails);
    int height = screen.height() - bottom.size();
    int free = height - lines.size() - failures.size();
    int room = Math.max(PICTURE, running.isEmpty() ? free : free / 2);
    Screen rest = new Screen(screen.width(), room, screen.ink(), screen.letters());
    List<Line> picture = new Picture(rest).lines(event, elapsed(event.event()));
    usual
        .filter(time -> !event.hasEnded())
        .ifPresent(
            time -> picture.get(picture.size() - 1).add("  (usually " + Seconds.of(time) + ")"));
    lines.addAll(picture);
    lines.addAll(failures);
    lines.addAll(new Tails(screen).lines(running, height - lines.size()));
    draw(lines, bottom);
  }

  /** As many rows as leave room for the event. */
  private List<Line> bottom() {
    List<Line> lines = new ArrayList<>();
    beside.stream()
        .limit(Math.max(1, screen.height() / 2 - PICTURE / 2))
        .map(row -> row(row.state()).add(row.sentence()))
        .forEach(lines::add);
    if (!lines.isEmpty()) {
      lines.add(0, new Line(screen));
    }
    return lines;
  }

  private Line row(State state) {
    return new Line(screen).add(Mark.of(state)).to(Mark.WIDTH + 2);
  }

  /** What operations have said last; from the next picture on, and as long as they run. */
  public void hear(List<Tail> now) {
    tails = List.copyOf(now);
  }

  /** What else there is to know; from the next picture on, at its bottom. */
  public void beside(List<Row> rows) {
    beside = List.copyOf(rows);
  }

  /** How long such an event takes as a rule, if that is known; from the next picture on. */
  public void usually(Optional<Duration> time) {
    usual = time;
  }

  @Override
  public void note(Optional<String> sentence) {
    note = sentence;
  }

  /** Shows sentences, while there is no event to show. */
  public void say(List<String> sentences) {
    measure();
    draw(sentences.stream().map(text -> new Line(screen).add(text)).toList(), bottom());
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
    String with = event.given().isEmpty() ? "" : " with " + event.given();
    return new Line(screen).add("event " + event.id() + " " + event.name() + with + by);
  }

  private Duration elapsed(EventSummary event) {
    Instant now = clock.instant();
    Instant from = event.startedAt().orElse(now);
    Instant to = event.finishedAt().orElse(now);
    return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
  }

  /**
   * @param bottom stands at the last lines of the screen
   */
  private synchronized void draw(List<Line> top, List<Line> bottom) {
    if (closed) {
      return;
    }
    List<Line> lines = new ArrayList<>(top);
    int height = Math.max(1, screen.height() - bottom.size());
    while (lines.size() < height && !bottom.isEmpty()) {
      lines.add(new Line(screen));
    }
    lines = new ArrayList<>(lines.subList(0, Math.min(lines.size(), height)));
    lines.addAll(bottom);
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
