package dev.metronome.state;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How long an event takes as a rule: the median of its last runs that succeeded as a whole, on all
 * nodes.
 *
 * @param millis the median
 * @param runs of how many
 */
public record UsualDuration(long millis, int runs) {
  private static final int RUNS = 10;

  /** Among as many as this; retries and runs on some nodes are not counted. */
  private static final int LOOKED_AT = 50;

  /** The runs by which it is known. */
  static EventQuery runs(String event) {
    return new EventQuery(
        Set.of(State.SUCCESS),
        Optional.empty(),
        Optional.of(event),
        Optional.empty(),
        Map.of(),
        LOOKED_AT);
  }

  /**
   * Empty if there is none.
   *
   * @param succeeded the newest first
   */
  static Optional<UsualDuration> of(List<EventSummary> succeeded) {
    List<Long> took =
        succeeded.stream()
            .filter(event -> event.retryOf().isEmpty() && event.limit().isEmpty())
            .flatMap(event -> took(event).stream())
            .limit(RUNS)
            .map(Duration::toMillis)
            .sorted()
            .toList();
    int middle = took.size() / 2;
    return took.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new UsualDuration(
                took.size() % 2 == 1
                    ? took.get(middle)
                    : (took.get(middle - 1) + took.get(middle)) / 2,
                took.size()));
  }

  private static Optional<Duration> took(EventSummary event) {
    return event
        .startedAt()
        .flatMap(from -> event.finishedAt().map(to -> Duration.between(from, to)))
        .filter(time -> !time.isNegative());
  }

  /** The median. */
  public Duration duration() {
    return Duration.ofMillis(millis);
  }
}
