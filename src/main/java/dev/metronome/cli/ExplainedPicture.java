package dev.metronome.cli;

import dev.metronome.cli.picture.EventPicture;
import dev.metronome.state.EventView;
import java.util.Optional;

/**
 * An event's picture with the reason why the event does not move, while it does not: on a screen
 * within the picture, else as a line on stderr when it is another. Not thread-safe.
 */
final class ExplainedPicture implements EventPicture {
  private final Standstill standstill;
  private final EventPicture picture;
  private final Optional<Terminal> lines;
  private Optional<String> said;

  /**
   * @param lines where a line is to be said; empty where the picture shows it
   * @param said what has been said already
   */
  ExplainedPicture(
      Cluster cluster, EventPicture picture, Optional<Terminal> lines, Optional<String> said) {
    this.standstill = new Standstill(cluster.connection(), cluster.keys(), System::nanoTime);
    this.picture = picture;
    this.lines = lines;
    this.said = said;
  }

  @Override
  public void show(EventView event) {
    Optional<String> cause = standstill.about(event);
    if (lines.isEmpty()) {
      picture.note(cause);
    } else if (cause.isPresent() && !cause.equals(said)) {
      lines.get().say(cause.get());
      said = cause;
    }
    picture.show(event);
  }
}
