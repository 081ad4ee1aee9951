package dev.metronome.consul;

/**
 * Consul refused for want of rights (HTTP 403, or 409 with "Permission denied" inside a
 * transaction). Nothing was written. Trying again does not help until the token's policy changes.
 */
public final class ConsulDeniedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ConsulDeniedException(String message) {
    super(message);
  }
}
