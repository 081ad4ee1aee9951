package dev.metronome.pipeline.process;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs a script as an agent does, in a process that a test can kill. */
final class ShortLivedAgent {
  static final String TASK = "event-1.0";

  private ShortLivedAgent() {}

  /**
   * @param args the folder; the bytes that are kept of a task; whether there is a keeper; the
   *     script
   */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    OutputFiles files =
        OutputFiles.in(
                folder.resolve("output"),
                Long.parseLong(args[1]),
                Long.MAX_VALUE,
                Duration.ofDays(1))
            .orElseThrow();
    Optional<OutputKeeper> keeper =
        Boolean.parseBoolean(args[2]) ? Optional.of(new OutputKeeper(files)) : Optional.empty();
    ProcessRunner runner = new ProcessRunner(Map.of("PATH", System.getenv("PATH")), keeper);
    BoundedOutput log = new BoundedOutput(8_192, Clock.systemUTC());
    files.begin(TASK, log);
    List<String> argv =
        args[3].startsWith("#file") ? List.of("sh", "-c", args[3]) : List.of("/bin/sh");
    Optional<String> stdin = argv.size() > 1 ? Optional.empty() : Optional.of(args[3]);
    ProcessCommand command =
        new ProcessCommand(
            argv, folder, Map.of(), stdin, Duration.ofHours(1), Duration.ofSeconds(1));
    runner.start(command, new Cookie(args[4]), log).await();
    files.end(TASK, log);
  }
}
