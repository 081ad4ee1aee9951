package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/** What a task that is none of an event's ordered tasks is to the event. */
public enum Part {
  /** Takes back what an ordered task has done. */
  UNDO,
  /** Runs at the end, whatever came. */
  FINALLY;

  /** The word in JSON, and for people. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A task's name for people: {@code install}, {@code undo of install}, {@code finally unlock}. */
  public static String words(Optional<Part> part, String task) {
    return part.map(it -> it == UNDO ? "undo of " : "finally ").orElse("") + task;
  }

  @JsonCreator
  static Part of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
