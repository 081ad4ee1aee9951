package dev.metronome.consul;

/**
 * Consul gave no usable answer: it could not be reached, was too busy, has no leader, or answered
 * with something that is not Consul's. A write may or may not have been applied; whoever wrote
 * looks again before going on. Worth trying again later.
 */
public final class ConsulUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ConsulUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
