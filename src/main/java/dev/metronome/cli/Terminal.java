package dev.metronome.cli;

import dev.metronome.base.log.PrintableText;
import dev.metronome.config.Machine;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Everything around a command: its streams, the machine, and whether a person is watching. Tests
 * make their own and run commands in-process.
 *
 * @param out results, for programs and people
 * @param err sentences and the log, for people
 * @param in what was piped in
 * @param watcher who reads {@code out}
 * @param machine environment and folders
 */
public record Terminal(
    PrintStream out, PrintStream err, InputStream in, Watcher watcher, Machine machine) {

  /** Who reads what a command prints. */
  public enum Watcher {
    /** A person at a terminal: pictures that move are welcome. */
    PERSON,
    /** A file, a pipe or a log: plain lines. */
    PROGRAM
  }

  /** This process's own; UTF-8 whatever the locale. */
  @SuppressWarnings("SystemConsoleNull") // true again once jdk.console is set
  public static Terminal ofProcess() {
    // From JDK 22 to 24 the default console claims to be there when output is redirected.
    System.setProperty("jdk.console", "java.base");
    Watcher watcher = System.console() == null ? Watcher.PROGRAM : Watcher.PERSON;
    PrintStream out = stream(FileDescriptor.out);
    PrintStream err = stream(FileDescriptor.err);
    return new Terminal(out, err, System.in, watcher, Machine.local());
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    BufferedOutputStream bytes = new BufferedOutputStream(new FileOutputStream(descriptor), 8192);
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  /** Whether a person is watching. */
  public boolean isInteractive() {
    return watcher == Watcher.PERSON;
  }

  /** Says something beside the results; a stranger's text may stand in it. */
  void say(String sentence) {
    err.println("metronome: " + PrintableText.of(sentence));
    err.flush();
  }

  /** The environment's variables. */
  public Map<String, String> environment() {
    return machine.environment();
  }
}
