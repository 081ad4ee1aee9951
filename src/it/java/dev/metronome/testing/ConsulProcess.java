package dev.metronome.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One consul agent: its command line, its folder and its process while it runs. */
final class ConsulProcess {
  private static final int PATIENCE_SECONDS = 180;

  private final String node;
  private final Path folder;
  private final Ports ports;
  private final List<String> command;
  private Process process;

  ConsulProcess(String node, Path folder, Ports ports, List<String> command) {
    this.node = node;
    this.folder = folder;
    this.ports = ports;
    this.command = List.copyOf(command);
  }

  String node() {
    return node;
  }

  Ports ports() {
    return ports;
  }

  boolean isRunning() {
    return process != null && process.isAlive();
  }

  void start() {
    if (isRunning()) {
      return;
    }
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException("consul cannot be started", e);
    }
  }

  /** Ends it as an operator would: a client leaves the cluster, a server stays its member. */
  void stop() {
    if (isRunning()) {
      process.destroy();
      awaitEnd();
    }
  }

  /** Ends it at once, as a crash would. */
  void kill() {
    if (process != null) {
      process.destroyForcibly();
      awaitEnd();
    }
  }

  void pause() {
    Signal.STOP.to(process);
  }

  void resume() {
    Signal.CONT.to(process);
  }

  /** The end of what it has said, for a message of failure. */
  String lastWords() {
    try {
      String said = Files.readString(log(), StandardCharsets.UTF_8);
      return node + ": " + said.substring(Math.max(0, said.length() - 2000));
    } catch (IOException e) {
      return node + ": its log cannot be read: " + e.getMessage();
    }
  }

  private Path log() {
    return folder.resolve(node + ".log");
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  /** The name of a process may hold anything; the fields after it are numbered from 3. */
  double processorMillis() {
    try {
      String text =
          Files.readString(
              Path.of("/proc/" + process.pid() + "/stat"), StandardCharsets.ISO_8859_1);
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10.0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
