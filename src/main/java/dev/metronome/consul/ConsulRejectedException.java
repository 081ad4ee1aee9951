package dev.metronome.consul;

/** Consul says that the request itself is wrong: too large, or malformed. Nothing was written. */
public final class ConsulRejectedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ConsulRejectedException(String message) {
    super(message);
  }
}
