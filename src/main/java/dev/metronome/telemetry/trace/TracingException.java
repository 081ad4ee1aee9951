package dev.metronome.telemetry.trace;

/** Tracing is switched on and cannot begin as it is set up. */
public final class TracingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TracingException(String why, Throwable cause) {
    super("tracing cannot begin: " + why + "; see the OTEL_ variables of this process", cause);
  }
}
