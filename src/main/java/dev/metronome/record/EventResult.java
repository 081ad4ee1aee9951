package dev.metronome.record;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Optional;

/** {@code results/EVENT_ID}: how an event stands. The outside world reads it. */
public record EventResult(
    int format,
    @JsonProperty("ID") String id,
    String name,
    Status status,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<Reason> reason,
    Optional<String> message,
    Optional<String> source,
    Optional<String> by) {

  public static EventResult started(Event event, Instant at) {
    return new EventResult(
        Format.CURRENT,
        event.id(),
        event.name(),
        Status.INPROGRESS,
        Optional.of(at),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(event.source()),
        event.by());
  }

  public static EventResult ended(Event event, Instant started, Instant at, Outcome how) {
    return new EventResult(
        Format.CURRENT,
        event.id(),
        event.name(),
        how.status(),
        Optional.of(started),
        Optional.of(at),
        how.reason(),
        how.message(),
        Optional.of(event.source()),
        event.by());
  }

  /** For an event whose own record could not be read, so that it does not stay without an end. */
  public static EventResult unreadable(String id, Instant at, Outcome how) {
    return new EventResult(
        Format.CURRENT,
        id,
        "unknown",
        how.status(),
        Optional.empty(),
        Optional.of(at),
        how.reason(),
        how.message(),
        Optional.empty(),
        Optional.empty());
  }
}
