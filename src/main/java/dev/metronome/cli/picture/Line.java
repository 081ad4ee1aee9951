package dev.metronome.cli.picture;

import dev.metronome.base.log.PrintableText;

/** One line of a picture, cut off at the edge of the screen; colours take no room. */
final class Line {
  private final StringBuilder text = new StringBuilder();
  private final Screen screen;
  private int length;

  Line(Screen screen) {
    this.screen = screen;
  }

  /** Appends text of somebody else's, made safe. */
  Line add(String some) {
    return put(PrintableText.of(some));
  }

  /** Appends a state, symbol and word. */
  Line add(Mark mark) {
    return add(mark, mark.symbol(screen) + " " + mark.word());
  }

  /** Appends text in the colour of a state. */
  Line add(Mark mark, String some) {
    if (screen.ink() == Screen.Ink.PLAIN) {
      return put(some);
    }
    text.append(mark.coloured(fitting(some)));
    return this;
  }

  /** Fills up with blanks to a column, with at least one if something stands there. */
  Line to(int column) {
    int blanks = length == 0 ? column : Math.max(1, column - length);
    return put(" ".repeat(blanks));
  }

  private Line put(String some) {
    text.append(fitting(some));
    return this;
  }

  /** As much of it as there is room for, which it takes. */
  private String fitting(String some) {
    String fitting = Columns.fitting(some, Math.max(0, screen.width() - 1 - length));
    length += Columns.width(fitting);
    return fitting;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
