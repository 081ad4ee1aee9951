package dev.metronome.model.traffic;

import java.util.Objects;
import java.util.Optional;

/**
 * When an event may begin, as one pattern says.
 *
 * @param windows in which it may begin
 * @param cron when it is fired by the calendar
 */
public record Traffic(Windows windows, Optional<Cron> cron) {

  /** Where a file says nothing: whenever it is its turn. */
  public static final Traffic FREE = new Traffic(Windows.ALWAYS, Optional.empty());

  public Traffic {
    Objects.requireNonNull(windows, "windows");
    Objects.requireNonNull(cron, "cron");
  }
}
