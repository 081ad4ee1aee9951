package dev.metronome.state.forecast;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a node stands to a task that it matches; the worst comes first. */
public enum Condition {
  /** Consul reports the node as failed. */
  FAILED,
  /** No healthy agent is there. */
  NO_AGENT,
  /** Its agent has no such pattern. */
  NO_FILES,
  /** Its agent has another file of the pattern than the one that this was made from. */
  OTHER_FILES,
  READY;

  /** The word in JSON. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @JsonCreator
  static Condition of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
