package dev.metronome.cli.picture;

import dev.metronome.base.log.PrintableText;

/** One line of a picture, cut off at the edge of the screen; colours take no room. */
final class Line {
  private static final String ESCAPE = "\u001b[";

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
    text.append(ESCAPE).append(mark.colour()).append('m');
    put(some);
    text.append(ESCAPE).append("0m");
    return this;
  }

  /** Fills up with blanks to a column, with at least one if something stands there. */
  Line to(int column) {
    int blanks = length == 0 ? column : Math.max(1, column - length);
    return put(" ".repeat(blanks));
  }

  private Line put(String some) {
    int room = Math.max(0, screen.width() - 1 - length);
    String fitting = Columns.fitting(some, room);
    text.append(fitting);
    length += Columns.width(fitting);
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
