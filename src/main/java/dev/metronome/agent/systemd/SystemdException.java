package dev.metronome.agent.systemd;

/**
 * The service cannot be dealt with as asked; nothing was changed. Its message is written for the
 * user.
 */
public final class SystemdException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SystemdException(String message) {
    super(message);
  }

  SystemdException(String message, Throwable cause) {
    super(message, cause);
  }
}
