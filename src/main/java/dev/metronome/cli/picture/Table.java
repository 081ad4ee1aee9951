package dev.metronome.cli.picture;

import dev.metronome.base.log.PrintableText;
import dev.metronome.state.State;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows and columns for people; every cell is made safe to print. Not thread-safe. */
public final class Table {
  private static final String GAP = "  ";

  /** A cell: its text, and the state whose colour it has, if any. */
  private record Cell(String text, Mark mark) {
    static Cell of(Object content, Screen screen) {
      if (content instanceof State state) {
        Mark mark = Mark.of(state);
        return new Cell(mark.symbol(screen) + " " + mark.word(), mark);
      }
      return new Cell(PrintableText.of(String.valueOf(content)), null);
    }
  }

  private final Screen screen;
  private final List<List<Cell>> rows = new ArrayList<>();

  /**
   * @param headings none for a table without a first line
   */
  public Table(Screen screen, String... headings) {
    this.screen = screen;
    if (headings.length > 0) {
      row((Object[]) headings);
    }
  }

  /** Adds a row; a {@link State} is drawn as symbol and word in its colour. */
  public Table row(Object... cells) {
    rows.add(Arrays.stream(cells).map(cell -> Cell.of(cell, screen)).toList());
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Prints all rows; the last cell of a row is not filled up. */
  public void print(PrintStream out) {
    List<Integer> widths = new ArrayList<>();
    for (List<Cell> row : rows) {
      for (int i = 0; i < row.size() - 1; i++) {
        int width = row.get(i).text().length();
        if (i == widths.size()) {
          widths.add(width);
        }
        widths.set(i, Math.max(widths.get(i), width));
      }
    }
    rows.forEach(row -> out.println(line(row, widths)));
  }

  private String line(List<Cell> row, List<Integer> widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      Cell cell = row.get(i);
      line.append(i == 0 ? "" : GAP).append(coloured(cell));
      if (i < row.size() - 1) {
        line.append(" ".repeat(widths.get(i) - cell.text().length()));
      }
    }
    return line.toString().stripTrailing();
  }

  private String coloured(Cell cell) {
    boolean plain = cell.mark() == null || screen.ink() == Screen.Ink.PLAIN;
    return plain ? cell.text() : cell.mark().coloured(cell.text());
  }
}
