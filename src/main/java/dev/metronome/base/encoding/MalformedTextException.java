package dev.metronome.base.encoding;

/** Bytes that should be UTF-8 are not; the message says which, for the user. */
public final class MalformedTextException extends RuntimeException {
  private static final long serialVersionUID = 1;

  MalformedTextException(String message) {
    super(message);
  }
}
