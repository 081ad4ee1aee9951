package dev.metronome.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.state.State;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows on a screen that is not as wide as they are. */
class TableTest {
  private static final String WHY = "operation 1 (execute): the script ended with exit code 3";

  private static List<String> printed(int width, Object[]... rows) {
    Table table = new Table(new Screen(width, 24, Screen.Ink.PLAIN, Screen.Letters.ASCII));
    for (Object[] row : rows) {
      table.row(row);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    table.print(new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static Object[] row(Object... cells) {
    return cells;
  }

  @Test
  void a_long_last_cell_goes_on_within_its_column() {
    assertThat(printed(54, row("0 install", "app-1", State.ERROR, WHY), row("1 next", "", "", "x")))
        .containsExactly(
            "0 install  app-1  x error  operation 1 (execute): the",
            "                           script ended with exit code",
            "                           3",
            "1 next                     x");
  }

  @Test
  void where_that_is_narrow_it_goes_on_below_its_row() {
    assertThat(printed(40, row("0 install", "app-1", State.ERROR, WHY), row("1 next", "", "", "x")))
        .containsExactly(
            "0 install  app-1  x error",
            "    operation 1 (execute): the script",
            "    ended with exit code 3",
            "1 next                     x");
  }

  @Test
  void columns_that_do_not_fit_together_are_narrowed_the_widest_first() {
    String files = "web:0123456789ab db:0123456789ab";
    List<String> lines =
        printed(40, row("app-1", "live, leader", files, "idle"), row("app-2", "gone", files, ""));
    assertThat(lines)
        .allMatch(line -> line.length() <= 40)
        .containsExactly(
            "app-1  live, leader  web:0123456789ab",
            "                     db:0123456789ab",
            "    idle",
            "app-2  gone          web:0123456789ab",
            "                     db:0123456789ab");
  }

  @Test
  void a_word_that_is_longer_than_its_column_is_cut_and_nothing_of_it_is_lost() {
    String word = "x".repeat(100);
    assertThat(String.join("", printed(30, row("a", word))).replaceAll("[^x]", "")).isEqualTo(word);
    assertThat(printed(20, row("漢字".repeat(10), "b"))).allMatch(line -> Columns.width(line) <= 20);
  }

  @Test
  void what_nobody_watches_is_as_wide_as_it_is() {
    assertThat(printed(Integer.MAX_VALUE, row("a".repeat(300), WHY), row("b", WHY.repeat(9))))
        .hasSize(2);
  }
}
