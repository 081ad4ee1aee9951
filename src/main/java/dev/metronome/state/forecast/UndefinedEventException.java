package dev.metronome.state.forecast;

/** These task files do not define the event; the message says who does. */
public final class UndefinedEventException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whether the event would come to nothing, or is only not known here. */
  public enum Extent {
    HERE,
    EVERYWHERE
  }

  private final String event;
  private final Extent extent;

  UndefinedEventException(String event, Extent extent, String sentence) {
    super(sentence);
    this.event = event;
    this.extent = extent;
  }

  /** Its name. */
  public String event() {
    return event;
  }

  public Extent extent() {
    return extent;
  }
}
