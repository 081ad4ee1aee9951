package dev.metronome.view;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.metronome.record.Event;
import dev.metronome.record.EventResult;
import dev.metronome.record.Reason;
import java.time.Instant;
import java.util.Optional;

/**
 * An event in one line.
 *
 * @param acceptedAt known while it is in the queue
 * @param by who sent it: user@host
 */
public record EventSummary(
    @JsonProperty("ID") String id,
    String name,
    State status,
    Optional<Instant> acceptedAt,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<Reason> reason,
    Optional<String> message,
    Optional<String> source,
    Optional<String> by) {

  /** Of an event that waits. */
  public static EventSummary of(Event event) {
    return new EventSummary(
        event.id(),
        event.name(),
        State.QUEUED,
        Optional.of(event.acceptedAt()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(event.source()),
        event.by());
  }

  /** Of an event that was dispatched. */
  public static EventSummary of(EventResult result) {
    return new EventSummary(
        result.id(),
        result.name(),
        State.of(result.status()),
        Optional.empty(),
        result.startedAt(),
        result.finishedAt(),
        result.reason(),
        result.message(),
        result.source(),
        result.by());
  }

  /** When it came about, as far as that is known. */
  public Instant since() {
    return startedAt.or(() -> acceptedAt).or(() -> finishedAt).orElse(Instant.EPOCH);
  }
}
