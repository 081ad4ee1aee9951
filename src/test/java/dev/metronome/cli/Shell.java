package dev.metronome.cli;

import dev.metronome.config.Machine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Runs command lines in-process, on a machine of its own, and keeps what they print. */
final class Shell {
  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private byte[] in = new byte[0];
  private Terminal.Watcher watcher = Terminal.Watcher.PROGRAM;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Shell(Path folder) {
    this.folder = folder;
  }

  static Shell in(Path folder) {
    return new Shell(folder);
  }

  Shell environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** What is piped into the next commands. */
  Shell in(String text) {
    in = text.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  /** A person is watching from now on. */
  Shell watched() {
    watcher = Terminal.Watcher.PERSON;
    return this;
  }

  /** The exit code; what was printed before is forgotten. */
  int run(String... args) {
    out.reset();
    err.reset();
    return new Metronome(terminal()).run(args);
  }

  Terminal terminal() {
    return new Terminal(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        new ByteArrayInputStream(in),
        watcher,
        new Machine(environment, folder, folder.resolve("etc"), folder.resolve("run")));
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
