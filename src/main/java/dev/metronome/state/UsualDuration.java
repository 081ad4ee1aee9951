package dev.metronome.state;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How long an event takes as a rule: the median of its last runs that succeeded as a whole, on all
 * nodes.
 *
 * @param millis the median
 * @param runs of how many
 */
public record UsualDuration(long millis, int runs) {
  private static final int RUNS = 10;

  /** How long an event ran, if it counts: retries and runs on some nodes do not. */
  static Optional<Duration> run(EventSummary event) {
    boolean whole = event.retryOf().isEmpty() && event.limit().isEmpty();
    return event.status() == State.SUCCESS && whole ? took(event) : Optional.empty();
  }

  /**
   * By these.
   *
   * @param runs at least one, the newest first
   */
  static UsualDuration of(List<Duration> runs) {
    List<Long> took = runs.stream().limit(RUNS).map(Duration::toMillis).sorted().toList();
    int middle = took.size() / 2;
    long median =
        took.size() % 2 == 1 ? took.get(middle) : (took.get(middle - 1) + took.get(middle)) / 2;
    return new UsualDuration(median, took.size());
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
