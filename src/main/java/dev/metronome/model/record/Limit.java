package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The only nodes that an event may run on, whatever its tasks match: some by name, or the first few
 * of each task. As its sender writes it, {@code app-1,app-2} or {@code 2}.
 *
 * @param nodes by name; none if it is a number
 * @param most of each task; absent if they are named
 */
public record Limit(List<String> nodes, Optional<Integer> most) {

  /** Characters of all names: they stand in the event, its plan, and each assignment. */
  private static final int LONGEST = 8_192;

  public Limit {
    nodes = List.copyOf(nodes);
  }

  /**
   * What somebody has typed.
   *
   * @throws IllegalArgumentException if it is neither a number from 1 nor names of nodes
   */
  @JsonCreator
  public static Limit of(String text) {
    if (text.matches("[0-9]+")) {
      if (!text.matches("0*[1-9][0-9]{0,5}")) {
        throw new IllegalArgumentException("a limit is at least 1 node, found " + shown(text));
      }
      return new Limit(List.of(), Optional.of(Integer.parseInt(text)));
    }
    List<String> nodes = Stream.of(text.split(",", -1)).map(String::strip).distinct().toList();
    if (text.length() > LONGEST || !nodes.stream().allMatch(Keys::isSegment)) {
      throw new IllegalArgumentException(
          "a limit is a number of nodes, or their names with a comma between them, found `"
              + shown(text)
              + "`");
    }
    return new Limit(nodes, Optional.empty());
  }

  private static String shown(String text) {
    String visible = text.replaceAll("\\p{Cntrl}", "?");
    return visible.length() <= 60 ? visible : visible.substring(0, 60) + "...";
  }

  /** Whether it names others. */
  public boolean excludes(String node) {
    return !nodes.isEmpty() && !nodes.contains(node);
  }

  @Override
  @JsonValue
  public String toString() {
    return most.map(number -> Integer.toString(number)).orElseGet(() -> String.join(",", nodes));
  }
}
