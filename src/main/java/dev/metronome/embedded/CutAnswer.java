package dev.metronome.embedded;

/** The connection ends where the answer would have stood. */
final class CutAnswer extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CutAnswer() {
    super("cut", null, false, false);
  }
}
