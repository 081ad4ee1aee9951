package dev.metronome.agent.systemd;

/** {@code systemctl} was asked and has refused or failed. Its message is written for the user. */
public final class SystemctlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SystemctlException(String message) {
    super(message);
  }
}
