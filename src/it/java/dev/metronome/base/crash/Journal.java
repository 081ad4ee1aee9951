package dev.metronome.base.crash;

import dev.metronome.testing.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the operations of all nodes did, in the order in which they did it: each appends a line to
 * one file when it starts and when it ends.
 */
record Journal(Path file) {

  /** Appends {@code node event task-no attempt start|end monotonic-ns}, in one write each. */
  private static final String STEP =
      """
      now() { read up _ < /proc/uptime; nanos="${up%.*}${up#*.}0000000"; }
      now; echo "$METRONOME_NODE $METRONOME_EVENT_ID $1 $METRONOME_ATTEMPT start $nanos" >> "$JOURNAL"
      case "$2" in
        /*) until test -e "$2"; do sleep 0.1; done ;;
        *) sleep "$2" ;;
      esac
      now; echo "$METRONOME_NODE $METRONOME_EVENT_ID $1 $METRONOME_ATTEMPT end $nanos" >> "$JOURNAL"
      echo "$1 done on $METRONOME_NODE"
      """;

  /** The side of an operation. */
  enum Mark {
    START,
    END
  }

  /**
   * A line.
   *
   * @param nanos of the machine's monotonic clock, by which the order is not decided: the place in
   *     the file is
   */
  record Line(String node, String event, int no, int attempt, Mark mark, long nanos) {

    boolean is(String someNode, int someNo, Mark someMark) {
      return node.equals(someNode) && no == someNo && mark == someMark;
    }
  }

  /** Writes the script that task files name as {@code step}. */
  static void writeStep(Path folder) {
    Program.write(folder.resolve("step"), STEP);
  }

  List<Line> lines() {
    try {
      String text = Files.exists(file) ? Files.readString(file) : "";
      String written = text.substring(0, text.lastIndexOf('\n') + 1); // the last may be on its way
      return written.lines().map(Journal::line).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Map<String, List<Line>> byEvent() {
    return lines().stream().collect(Collectors.groupingBy(Line::event));
  }

  List<Line> of(String event) {
    return lines().stream().filter(line -> line.event().equals(event)).toList();
  }

  private static Line line(String text) {
    String[] words = text.split(" ", 6);
    return new Line(
        words[0],
        words[1],
        Integer.parseInt(words[2]),
        Integer.parseInt(words[3]),
        words[4].equals("start") ? Mark.START : Mark.END,
        Long.parseLong(words[5]));
  }
}
