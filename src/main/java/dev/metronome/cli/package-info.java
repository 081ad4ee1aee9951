/**
 * The command line: a command is one class that gets the configuration and the terminal, and
 * answers with an exit code. Options of the configuration come from the catalogue of settings,
 * never from a field. Nothing here but {@link dev.metronome.cli.Terminal#ofProcess} and {@code
 * main} may touch the process's own streams, environment or exit.
 */
package dev.metronome.cli;
