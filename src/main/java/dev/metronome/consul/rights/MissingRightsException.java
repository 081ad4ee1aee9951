package dev.metronome.consul.rights;

/** The agent's token lacks a right that it cannot do without; the message names each rule. */
public final class MissingRightsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MissingRightsException(String message) {
    super(message);
  }
}
