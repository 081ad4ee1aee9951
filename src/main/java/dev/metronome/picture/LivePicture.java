package dev.metronome.picture;

import dev.metronome.result.EventState;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/**
 * Redraws the picture in place. Nobody else may print to the terminal meanwhile. Not thread-safe.
 */
final class LivePicture implements EventView {
  private static final String ESCAPE = "\u001b[";

  private final PrintStream out;
  private final Picture picture;
  private final long startNanos = System.nanoTime();
  private Duration elapsed = Duration.ZERO;
  private int drawn;

  LivePicture(PrintStream out, Screen screen) {
    this.out = out;
    this.picture = new Picture(screen);
  }

  @Override
  public void show(EventState state) {
    elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
    List<Line> lines = picture.lines(state, Picture.took(state).orElse(elapsed));
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
}
