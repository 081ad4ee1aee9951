package dev.metronome.agent.route;

/** A route cannot be used; the message names the file and, where it is known, the line. */
public final class RouteException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RouteException(String message) {
    super(message);
  }

  RouteException(String message, Throwable cause) {
    super(message, cause);
  }
}
