package dev.metronome.http.api;

import java.util.Optional;

/** What was posted is not taken; the message says why. */
final class PostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  static final int MALFORMED = 400;
  static final int UNKNOWN_SENDER = 401;
  static final int FORBIDDEN = 403;
  static final int CONFLICT = 409;
  static final int NOT_JSON = 415;

  private final int status;
  private final transient Optional<String> hint;

  /**
   * @param status of HTTP
   * @param hint what to do
   */
  PostException(int status, String message, String hint) {
    super(message);
    this.status = status;
    this.hint = Optional.of(hint).filter(text -> !text.isEmpty());
  }

  int status() {
    return status;
  }

  Optional<String> hint() {
    return hint;
  }
}
