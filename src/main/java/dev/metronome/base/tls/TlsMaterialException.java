package dev.metronome.base.tls;

/** A certificate or key file for TLS cannot be used; the message names the file and the remedy. */
public final class TlsMaterialException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public TlsMaterialException(String message, Throwable cause) {
    super(message, cause);
  }
}
