package dev.metronome.cli;

/**
 * Something that a user can cause and can mend. The command ends with its exit code, and the user
 * reads its message and nothing else: one sentence that says what happened and what to do.
 */
public final class CommandException extends RuntimeException {
  private final ExitCode exitCode;

  /** With the sentence that the user reads. */
  public CommandException(ExitCode exitCode, String sentence) {
    super(sentence);
    this.exitCode = exitCode;
  }

  /** With the sentence that the user reads and what brought it about. */
  public CommandException(ExitCode exitCode, String sentence, Throwable cause) {
    super(sentence, cause);
    this.exitCode = exitCode;
  }

  /** How the command ends. */
  public ExitCode exitCode() {
    return exitCode;
  }
}
