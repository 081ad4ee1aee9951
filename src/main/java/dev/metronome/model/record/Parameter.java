package dev.metronome.model.record;

import java.util.Optional;

/**
 * What a task file declares of a parameter of an event.
 *
 * @param required whether the event must come with it
 * @param pattern a regular expression that its whole value must match
 * @param description what it is, for people
 */
public record Parameter(boolean required, Optional<String> pattern, Optional<String> description) {
  public Parameter {
    pattern = pattern == null ? Optional.empty() : pattern;
    description = description == null ? Optional.empty() : description;
  }
}
