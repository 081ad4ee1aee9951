package dev.metronome.state;

import dev.metronome.model.record.ShownParams;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which events are wanted.
 *
 * @param states none means any
 * @param since only those that came about at this time or later
 * @param name only those of this name
 * @param by only those that this user@host has sent, or this user from anywhere
 * @param params only those that came with all of these
 * @param limit how many at most
 */
public record EventQuery(
    Set<State> states,
    Optional<Instant> since,
    Optional<String> name,
    Optional<String> by,
    Map<String, String> params,
    int limit) {

  /**
   * @throws IllegalArgumentException if the limit is less than 1, or a parameter is a secret, whose
   *     value is not kept
   */
  public EventQuery {
    states = Set.copyOf(states);
    if (limit < 1) {
      throw new IllegalArgumentException("a limit must be at least 1, found " + limit);
    }
    params.keySet().stream()
        .filter(ShownParams::isSecret)
        .findFirst()
        .ifPresent(
            secret -> {
              throw new IllegalArgumentException(
                  "the parameter " + secret + " is a secret by its name: its value is not kept");
            });
    params = ShownParams.of(params);
  }

  /** Of any name, sender and parameters. */
  public EventQuery(Set<State> states, Optional<Instant> since, int limit) {
    this(states, since, Optional.empty(), Optional.empty(), Map.of(), limit);
  }

  /** The newest, whatever they are. */
  public static EventQuery newest(int limit) {
    return new EventQuery(Set.of(), Optional.empty(), limit);
  }

  /** Whether it is one of those, as far as its parameters are not asked for. */
  boolean wants(State status, Instant at, String called, Optional<String> sender) {
    boolean state = states.isEmpty() || states.contains(status);
    return state
        && since.filter(at::isBefore).isEmpty()
        && name.filter(wanted -> !wanted.equals(called)).isEmpty()
        && by.filter(wanted -> sender.filter(it -> isBy(it, wanted)).isEmpty()).isEmpty();
  }

  boolean wants(EventSummary event) {
    return wants(event.status(), event.since(), event.name(), event.by())
        && event.params().entrySet().containsAll(params.entrySet());
  }

  private static boolean isBy(String sender, String wanted) {
    return sender.equals(wanted) || sender.startsWith(wanted + "@");
  }
}
