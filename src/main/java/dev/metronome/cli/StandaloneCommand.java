package dev.metronome.cli;

/** A command that works without a configuration, and so also with a broken one. */
interface StandaloneCommand {
  /**
   * Does the work.
   *
   * @throws Refusal for whatever the user can cause
   */
  ExitCode run(Terminal terminal) throws Exception;
}
