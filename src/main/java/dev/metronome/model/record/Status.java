package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * State of an event, of a task, or of a task on one node. All but {@link #INPROGRESS} are final.
 */
public enum Status {
  INPROGRESS,
  SUCCESS,
  ERROR,
  SKIP,
  TIMEOUT;

  /** The original's word, as it stands in Consul. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  @JsonCreator
  static Status of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  public boolean isFinal() {
    return this != INPROGRESS;
  }

  /** Whether the rest of an event is dropped after a task that ended so. */
  public boolean stopsEvent() {
    return this == ERROR || this == TIMEOUT;
  }
}
