package dev.metronome.cli.picture;

import dev.metronome.base.log.PrintableText;
import dev.metronome.state.State;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows and columns for people; every cell is made safe to print. What does not fit into a screen
 * goes on in the next line, within its column or, where that is narrow, below its row. Not
 * thread-safe.
 */
public final class Table {
  private static final String GAP = "  ";
  private static final String BELOW = "    ";

  /** Columns of a cell that goes on in the next line within its own. */
  private static final int LEAST = 12;

  /** The last column is as wide as this at least, or goes on below its row. */
  private static final int LEAST_LAST = 24;

  /** A cell: its text, and the state whose colour it has, if any. */
  private record Cell(String text, Mark mark) {
    static Cell of(Object content, Screen screen) {
      if (content instanceof State state) {
        Mark mark = Mark.of(state);
        return new Cell(mark.symbol(screen) + " " + mark.word(), mark);
      }
      return new Cell(PrintableText.of(String.valueOf(content)), null);
    }

    int width() {
      return Columns.width(text);
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
    int[] widths = widths();
    rows.forEach(row -> lines(row, widths).forEach(out::println));
  }

  /** Of all columns but the last of each row; the widest are narrowed until they fit together. */
  private int[] widths() {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[Math.max(0, columns - 1)];
    for (List<Cell> row : rows) {
      for (int i = 0; i < row.size() - 1; i++) {
        widths[i] = Math.max(widths[i], row.get(i).width());
      }
    }
    int widest = widest(widths);
    while (left(widths, widths.length) > screen.width() && widths[widest] > LEAST) {
      widths[widest]--;
      widest = widest(widths);
    }
    return widths;
  }

  private static int widest(int[] widths) {
    return IntStream.range(0, widths.length).reduce(0, (a, b) -> widths[b] > widths[a] ? b : a);
  }

  /** How far from the edge a column begins. */
  private static int left(int[] widths, int column) {
    return Arrays.stream(widths, 0, column).map(width -> width + GAP.length()).sum();
  }

  private List<String> lines(List<Cell> row, int[] widths) {
    int last = row.size() - 1;
    int left = left(widths, last);
    int room = screen.width() - left;
    Cell end = row.get(last);
    boolean beside = end.width() <= room || room >= LEAST_LAST;
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i < last; i++) {
      cells.add(Columns.wrapped(row.get(i).text(), widths[i]));
    }
    cells.add(beside ? Columns.wrapped(end.text(), room) : List.of(""));
    int height = cells.stream().mapToInt(List::size).max().orElse(1);
    List<String> lines = new ArrayList<>();
    for (int line = 0; line < height; line++) {
      lines.add(line(row, cells, line, widths));
    }
    if (!beside) {
      Columns.wrapped(end.text(), screen.width() - BELOW.length())
          .forEach(text -> lines.add(BELOW + text));
    }
    return lines;
  }

  private String line(List<Cell> row, List<List<String>> cells, int number, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String text = number < cells.get(i).size() ? cells.get(i).get(number) : "";
      line.append(i == 0 ? "" : GAP).append(coloured(row.get(i), text));
      if (i < cells.size() - 1) {
        line.append(" ".repeat(widths[i] - Columns.width(text)));
      }
    }
    return line.toString().stripTrailing();
  }

  private String coloured(Cell cell, String text) {
    boolean plain = text.isEmpty() || cell.mark() == null || screen.ink() == Screen.Ink.PLAIN;
    return plain ? text : cell.mark().coloured(text);
  }
}
