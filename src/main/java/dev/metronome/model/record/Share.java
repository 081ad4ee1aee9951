package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;

/**
 * So many of some nodes, as task files write it: {@code 3} or {@code 25%}.
 *
 * @param number of nodes, or of hundredths of them
 */
public record Share(int number, boolean percent) {
  public Share {
    if (number < 0 || (percent && number > 100)) {
      throw new IllegalArgumentException("there is no share of " + number + (percent ? "%" : ""));
    }
  }

  /** What a text says; empty if it is no share. */
  public static Optional<Share> read(String text) {
    return text.matches("[0-9]{1,6}|[0-9]{1,2}%|100%") ? Optional.of(of(text)) : Optional.empty();
  }

  @JsonCreator
  static Share of(String text) {
    boolean percent = text.endsWith("%");
    return new Share(
        Integer.parseInt(percent ? text.substring(0, text.length() - 1) : text), percent);
  }

  /** How many of so many that is: a percentage is rounded down, to at least one. */
  public int of(int all) {
    return percent ? Math.max(1, (int) ((long) all * number / 100)) : number;
  }

  @Override
  @JsonValue
  public String toString() {
    return percent ? number + "%" : Integer.toString(number);
  }
}
