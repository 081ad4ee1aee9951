package dev.metronome.http.api;

import dev.metronome.state.UnclearIdException;
import java.util.List;
import java.util.Optional;

/** A request that cannot be answered as it was meant; the message says why. */
final class Trouble extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Optional<String> hint;
  private final transient List<String> candidates;

  /**
   * What the answer says.
   *
   * @param hint what to do
   * @param candidates the IDs that may have been meant
   */
  record Body(String error, Optional<String> hint, Optional<List<String>> candidates) {}

  private Trouble(int status, String message, Optional<String> hint, List<String> candidates) {
    super(message);
    this.status = status;
    this.hint = hint;
    this.candidates = List.copyOf(candidates);
  }

  static Trouble badRequest(String message) {
    return new Trouble(400, message, Optional.empty(), List.of());
  }

  static Trouble badRequest(String message, String hint) {
    return new Trouble(400, message, Optional.of(hint), List.of());
  }

  static Trouble notFound(String message, String hint) {
    return new Trouble(404, message, Optional.of(hint), List.of());
  }

  static Trouble conflict(String message, String hint) {
    return new Trouble(409, message, Optional.of(hint), List.of());
  }

  /** Of an ID that is not one event's. */
  static Trouble of(UnclearIdException e) {
    String listing = "GET /v1/events lists the events";
    return switch (e.fault()) {
      case IMPOSSIBLE, SHORT -> badRequest(e.getMessage(), listing);
      case UNKNOWN -> notFound(e.getMessage(), listing);
      case AMBIGUOUS ->
          new Trouble(409, e.getMessage(), Optional.of("give more of the ID"), e.candidates());
    };
  }

  static Trouble of(int status, String message, String hint) {
    return new Trouble(status, message, Optional.of(hint), List.of());
  }

  int status() {
    return status;
  }

  Body body() {
    return new Body(
        getMessage(), hint, candidates.isEmpty() ? Optional.empty() : Optional.of(candidates));
  }
}
