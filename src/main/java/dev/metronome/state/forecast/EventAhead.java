package dev.metronome.state.forecast;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.metronome.state.State;
import java.util.Objects;
import java.util.Optional;

/**
 * An event that is in progress, or waits, in the lane of another that would be fired now.
 *
 * @param id absent of one that is imagined
 * @param leftSeconds how much longer it takes as a rule; absent if none such has succeeded
 * @param ahead that it goes before those that wait for its lane, if its sender said so
 */
public record EventAhead(
    @JsonProperty("ID") Optional<String> id,
    String name,
    State status,
    Optional<Long> leftSeconds,
    Optional<Boolean> ahead) {

  public EventAhead {
    id = id == null ? Optional.empty() : id;
    leftSeconds = leftSeconds == null ? Optional.empty() : leftSeconds;
    ahead = ahead == null ? Optional.empty() : ahead;
    Objects.requireNonNull(name, "Name");
    Objects.requireNonNull(status, "Status");
  }

  boolean runs() {
    return status != State.QUEUED;
  }

  /** Whether one that is put before all that wait comes after it all the same. */
  boolean keepsItsPlace() {
    return runs() || ahead.isPresent();
  }

  /** Its name, and its ID if it has one. */
  public String title() {
    return name + id.map(it -> " " + it).orElse("");
  }
}
