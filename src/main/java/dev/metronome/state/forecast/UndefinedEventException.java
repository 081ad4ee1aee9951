package dev.metronome.state.forecast;

/** These task files do not define the event; the message says who does. */
public final class UndefinedEventException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whether the event would come to nothing, or is only not known here. */
  public enum Extent {
    HERE,
    EVERYWHERE
  }

  private final Extent extent;

  UndefinedEventException(Extent extent, String sentence) {
    super(sentence);
    this.extent = extent;
  }

  public Extent extent() {
    return extent;
  }
}
