package dev.metronome.state;

import dev.metronome.model.record.Keys;
import java.util.List;

/** What was given as an event's ID is not that of one event; the message says why. */
public final class UnclearIdException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MOST = 10;

  /** Why. */
  public enum Fault {
    /** No event can have it. */
    IMPOSSIBLE,
    /** Too few characters to be taken as a beginning. */
    SHORT,
    /** No event's ID begins so. */
    UNKNOWN,
    /** Several do. */
    AMBIGUOUS
  }

  private final Fault fault;
  private final transient List<String> candidates;

  UnclearIdException(Fault fault, String given) {
    super(sentence(fault, given));
    this.fault = fault;
    this.candidates = List.of();
  }

  UnclearIdException(String given, List<String> found) {
    super(found.size() + " events have an ID that begins with `" + given + "`");
    this.fault = Fault.AMBIGUOUS;
    this.candidates = List.copyOf(found.subList(0, Math.min(MOST, found.size())));
  }

  private static String sentence(Fault fault, String given) {
    return switch (fault) {
      case IMPOSSIBLE -> "that is no event ID, which has " + Keys.SEGMENT_RULE;
      case SHORT ->
          "`"
              + given
              + "` is too short: give at least "
              + EventFinder.SHORTEST
              + " characters of an ID";
      default -> "no event has an ID that begins with `" + given + "`";
    };
  }

  public Fault fault() {
    return fault;
  }

  /** Some of the IDs that may have been meant. */
  public List<String> candidates() {
    return candidates;
  }
}
