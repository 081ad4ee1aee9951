package dev.metronome.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.metronome.model.record.Cancellation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How an event that is fired by the calendar stands.
 *
 * @param name of the event
 * @param at its cron expression; absent, as is what follows, if no task file that can be used here
 *     has it
 * @param zone of it
 * @param next its next ticks; none while it is paused, or unknown
 * @param unknown why more is not known of it here: a newer agent wrote its record, or the task file
 *     cannot be used
 * @param fired the last tick that became an event
 * @param event the ID of that one
 * @param status how it stands; absent if Consul has no record of it any more
 * @param paused who does not want it to be fired at present
 */
public record CronView(
    String name,
    Optional<String> at,
    Optional<String> zone,
    Optional<String> catchUp,
    Optional<String> overlap,
    @JsonInclude(JsonInclude.Include.ALWAYS) List<Instant> next,
    Optional<String> unknown,
    Optional<Instant> fired,
    Optional<String> event,
    Optional<State> status,
    Optional<Cancellation> paused) {

  public CronView {
    next = List.copyOf(next);
  }
}
