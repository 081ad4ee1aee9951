package dev.metronome.cli.picture;

import dev.metronome.state.EventView;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Redraws the picture in place. Nobody else may print to the terminal meanwhile. Not thread-safe.
 */
final class LivePicture implements EventPicture {
  private static final String ESCAPE = "\u001b[";

  private final PrintStream out;
  private final Picture picture;
  private final long startNanos = System.nanoTime();
  private final Screen screen;
  private Optional<String> note = Optional.empty();
  private Duration elapsed = Duration.ZERO;
  private int drawn;

  LivePicture(PrintStream out, Screen screen) {
    this.out = out;
    this.screen = screen;
    this.picture = new Picture(screen);
  }

  @Override
  public void note(Optional<String> sentence) {
    note = sentence;
  }

  @Override
  public void show(EventView event) {
    elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
    List<Line> lines = new ArrayList<>(picture.lines(event, Picture.took(event).orElse(elapsed)));
    note.ifPresent(text -> add(text, lines));
    StringBuilder frame = new StringBuilder();
    if (drawn > 0) {
      frame.append(ESCAPE).append(drawn).append('A');
    }
    lines.forEach(line -> frame.append(line).append(ESCAPE).append("K\n"));
    frame.append(ESCAPE).append('J');
    out.print(frame);
    out.flush();
    drawn = lines.size();
  }

  /** In the place of a task where the picture fills the screen. */
  private void add(String sentence, List<Line> lines) {
    if (lines.size() + 1 >= screen.height() && lines.size() > 1) {
      lines.remove(lines.size() - 2);
    }
    lines.add(new Line(screen).add(sentence));
  }
}
