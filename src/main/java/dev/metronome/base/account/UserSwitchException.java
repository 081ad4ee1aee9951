package dev.metronome.base.account;

/** A program cannot be run as somebody else; the message says why, and what to do. */
public final class UserSwitchException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UserSwitchException(String message) {
    super(message);
  }
}
