package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code blocked}: which events that wait may not begin, though it would be their turn.
 *
 * @param events the first of them, in the order in which they wait
 */
public record Blocked(int format, List<BlockedEvent> events) {

  /** As many are told. */
  private static final int MOST = 100;

  public Blocked {
    events = events == null ? List.of() : events.stream().limit(MOST).toList();
  }

  public static Blocked of(List<BlockedEvent> events) {
    return new Blocked(Format.CURRENT, events);
  }

  /**
   * One of them.
   *
   * @param why a sentence without a beginning: {@code outside its window night}
   * @param until when it may begin at the earliest, if that is known
   */
  public record BlockedEvent(
      @JsonProperty("EventID") String eventId, String why, Optional<Instant> until) {
    public BlockedEvent {
      Objects.requireNonNull(eventId, "EventID");
      Objects.requireNonNull(why, "Why");
      until = until == null ? Optional.empty() : until;
    }
  }
}
