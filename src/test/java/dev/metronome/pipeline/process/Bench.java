package dev.metronome.pipeline.process;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Runs shell scripts in a folder and looks for the processes whose numbers they wrote to files. */
final class Bench {
  static final Duration LONG = Duration.ofMinutes(10);
  static final Duration SHORT_GRACE = Duration.ofMillis(300);

  final Path folder;
  final Cookie cookie = new Cookie("bench/" + UUID.randomUUID());
  final BoundedOutput output = new BoundedOutput(64 * 1024, Clock.systemUTC());
  final ProcessRunner runner;

  Bench(Path folder) {
    this(folder, new ProcessRunner(System.getenv()));
  }

  Bench(Path folder, ProcessRunner runner) {
    this.folder = folder;
    this.runner = runner;
  }

  ProcessCommand script(String text, Duration timeout) {
    return new ProcessCommand(
        List.of("/bin/sh", "-c", text), folder, Map.of(), Optional.empty(), timeout, SHORT_GRACE);
  }

  Execution start(String script) {
    return start(script, LONG);
  }

  Execution start(String script, Duration timeout) {
    return runner.start(script(script, timeout), cookie, output);
  }

  ProcessOutcome run(ProcessCommand command) throws InterruptedException {
    return runner.start(command, cookie, output).await();
  }

  ProcessOutcome run(String script) throws InterruptedException {
    return start(script).await();
  }

  /** The rendered output without the time and level of each line. */
  String printed() {
    return output.render().replaceAll("(?m)^\\S+ \\[(INFO|WARN) ] ", "");
  }

  /** Waits for a script's {@code echo $$ > name} and returns the number. */
  long pid(String name) {
    Path file = folder.resolve(name);
    String number = await().until(() -> contentOf(file), content -> content.endsWith("\n"));
    return Long.parseLong(number.trim());
  }

  private static String contentOf(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file) : "";
  }

  static boolean lives(long pid) {
    return new ProcessTable().read(pid).isPresent();
  }

  static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }
}
