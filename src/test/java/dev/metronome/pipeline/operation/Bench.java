package dev.metronome.pipeline.operation;

import dev.metronome.agent.LocalDispatch;
import dev.metronome.config.Configuration;
import dev.metronome.config.ConfigurationReader;
import dev.metronome.config.Machine;
import dev.metronome.model.record.Outcome;
import dev.metronome.testing.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A machine of its own: a pattern folder, a PATH with stand-ins that record how they were called,
 * and a configuration. Runs events through the routes of the jar.
 */
final class Bench {
  private final Path folder;
  private final Map<String, String> flags = new HashMap<>();
  private final Map<String, String> params = new LinkedHashMap<>();
  private final List<String> log = new CopyOnWriteArrayList<>();

  Bench(Path folder) {
    this.folder = folder;
    file("bin/.keep", "");
    set("files", pattern().resolve("task.yml").toString());
    set("kill-grace", "60s"); // an interrupted route has that long to end
  }

  Path pattern() {
    return folder.resolve("web");
  }

  Bench set(String key, String value) {
    flags.put(key, value);
    return this;
  }

  Bench param(String name, String value) {
    params.put(name, value);
    return this;
  }

  Bench file(String name, String content) {
    try {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A program in PATH that records its arguments and environment, then does what it is told. */
  Bench standIn(String name, String script) {
    Program.write(
        folder.resolve("bin/" + name),
        "printf '%s\\n' \"$(basename \"$0\") $*\" >> "
            + folder.resolve("calls")
            + "\nenv > "
            + folder.resolve(name + ".env")
            + "\n"
            + script);
    return this;
  }

  /** A program in the pattern's folder. */
  Bench program(String name, String script) {
    Program.write(pattern().resolve(name), script);
    return this;
  }

  /** How the stand-ins were called, one line each. */
  List<String> calls() {
    return lines("calls");
  }

  List<String> lines(String name) {
    try {
      Path file = folder.resolve(name);
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The task's log, without times and without the lines that tasks and operations begin with. */
  List<String> log() {
    return wholeLog().stream()
        .filter(line -> !line.matches("\\[INFO \\] (-- Task|---- Operation) \\S+ has started"))
        .toList();
  }

  /** The task's log, without times. */
  List<String> wholeLog() {
    return log.stream().map(line -> line.substring(line.indexOf('['))).toList();
  }

  /** Runs one task with these operations, written as YAML list items. */
  Outcome run(String operations) {
    return runFile(
        "events: {e: {task: t}}\ntasks:\n  t:\n    timeout: 600\n    operations:\n", operations);
  }

  /** Runs a whole task file's event {@code e}; the operations are put at the end. */
  Outcome runFile(String head, String operations) {
    file("web/task.yml", head + operations.indent(6));
    log.clear();
    try (LocalDispatch dispatch = new LocalDispatch(configuration(), environment(), log::add)) {
      return dispatch.run("e", params).orElseThrow();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Configuration configuration() {
    Machine machine =
        new Machine(environment(), folder, folder.resolve("etc"), folder.resolve("run"));
    return new ConfigurationReader(machine).read(Optional.empty(), flags, List.of());
  }

  private Map<String, String> environment() {
    return Map.of("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
  }
}
