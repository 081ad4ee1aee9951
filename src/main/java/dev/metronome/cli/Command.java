package dev.metronome.cli;

import dev.metronome.base.log.LogLevel;
import dev.metronome.config.Configuration;

/**
 * A command: one class, annotated with picocli's {@code @Command} for its name, description,
 * parameters and examples (its footer), and listed in {@link Commands}. Its options get a form with
 * one hyphen beside the one with two, and all options of the configuration, without its doing.
 */
interface Command {
  /**
   * Does the work. Called once, with the log set up; the process ends with what it returns.
   *
   * @throws CommandException for whatever the user can cause
   * @throws Exception otherwise; the user is told that it was unexpected
   */
  ExitCode run(Configuration configuration, Terminal terminal) throws Exception;

  /** What the log shows unless the user asks for another level. */
  default LogLevel logLevel() {
    return LogLevel.WARN;
  }

  /** One that works without a configuration, and so also with a broken one. */
  interface Standalone {
    /**
     * Does the work.
     *
     * @throws CommandException for whatever the user can cause
     */
    ExitCode run(Terminal terminal) throws Exception;
  }
}
