package dev.metronome.base.filter;

/** A text is no filter expression of Consul's; the message ends a sentence that begins with it. */
public final class FilterSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  FilterSyntaxException(String message) {
    super(message);
  }
}
