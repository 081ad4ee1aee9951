package dev.metronome.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;

/**
 * Asks for a secret: twice and unseen at a terminal, else it is the first line of what is piped in.
 * Unlike the JDK's console it does so while the output goes to a file.
 */
final class SecretPrompt {

  private final Terminal terminal;
  private final BufferedReader in;

  SecretPrompt(Terminal terminal) {
    this.terminal = terminal;
    this.in = new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8));
  }

  /**
   * @throws CommandException if there is none, or it was not the same twice
   */
  String ask() throws IOException {
    boolean typed = terminal.in() == System.in && echo(false);
    if (!typed) {
      return line();
    }
    Thread restore = new Thread(() -> echo(true));
    Runtime.getRuntime().addShutdownHook(restore); // Ctrl-C must not leave the terminal mute
    try {
      String first = ask("Password: ");
      if (!ask("Once more: ").equals(first)) {
        throw new CommandException(ExitCode.USAGE, "that was not the same twice");
      }
      return first;
    } finally {
      Runtime.getRuntime().removeShutdownHook(restore);
      echo(true);
    }
  }

  private String ask(String question) throws IOException {
    terminal.err().print(question);
    terminal.err().flush();
    String answer = line();
    terminal.err().println();
    return answer;
  }

  private String line() throws IOException {
    String line = in.readLine();
    if (line == null) {
      throw new CommandException(ExitCode.USAGE, "there is no password on standard input");
    }
    return line;
  }

  /** Whether standard input is a terminal, which does so from now on. */
  private static boolean echo(boolean on) {
    try {
      return new ProcessBuilder("stty", on ? "echo" : "-echo")
              .redirectInput(Redirect.INHERIT)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
