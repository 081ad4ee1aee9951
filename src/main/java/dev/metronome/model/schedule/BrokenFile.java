package dev.metronome.model.schedule;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A task file that cannot be used. It harms its own pattern: what was in force for it stays, or the
 * pattern is left out.
 *
 * @param pattern the name of its folder
 * @param file as the user named it
 * @param events those that it seems to define, as far as it could be understood
 * @param errors at least one, sorted by place
 */
public record BrokenFile(
    String pattern, Path file, Set<String> events, List<Problem> errors, Effect effect) {
  /** What becomes of its pattern. */
  public enum Effect {
    /** Nothing of it is in force. */
    LEFT_OUT,
    /** What was in force before it broke stays. */
    AS_BEFORE
  }

  public BrokenFile {
    Objects.requireNonNull(pattern, "pattern");
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(effect, "effect");
    events = Set.copyOf(events);
    errors = List.copyOf(errors);
    if (errors.isEmpty()) {
      throw new IllegalArgumentException(file + " has no error");
    }
  }

  /** The first error with its place, and how many there are besides; one line. */
  public String fault() {
    String more = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more)";
    return errors.get(0) + more;
  }
}
