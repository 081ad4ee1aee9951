package dev.metronome.bench;

import dev.metronome.pipeline.process.BoundedOutput;
import dev.metronome.pipeline.process.Cookie;
import dev.metronome.pipeline.process.OutputFiles;
import dev.metronome.pipeline.process.OutputKeeper;
import dev.metronome.pipeline.process.ProcessCommand;
import dev.metronome.pipeline.process.ProcessRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What it costs a short script that its output outlives the agent: the same scripts with and
 * without, by turns, from start to end.
 */
final class OutputCosts {

  private static final double WANTED_MILLIS = 1;
  private static final String PRINTING = "echo one; echo two; echo three >&2";

  private final Path folder;
  private final ProcessRunner plain = new ProcessRunner(System.getenv());
  private final OutputFiles files;

  private OutputCosts(Path folder) {
    this.folder = folder;
    this.files =
        OutputFiles.in(folder.resolve("output"), 16 << 20, 256 << 20, Duration.ofDays(7))
            .orElseThrow();
  }

  static List<Figure> measure(Lab lab) throws IOException, InterruptedException {
    lab.stopAgents();
    return new OutputCosts(lab.workshop().folder()).measure(lab.scale().raw());
  }

  private List<Figure> measure(int times) throws InterruptedException {
    List<Figure> figures = new ArrayList<>();
    try (OutputKeeper keeper = new OutputKeeper(files)) {
      ProcessRunner kept = new ProcessRunner(System.getenv(), Optional.of(keeper));
      for (Map.Entry<String, ProcessCommand> each : commands().entrySet()) {
        figures.addAll(compare(each.getKey(), each.getValue(), kept, times));
      }
    }
    return figures;
  }

  private Map<String, ProcessCommand> commands() {
    Map<String, ProcessCommand> commands = new LinkedHashMap<>();
    commands.put("`sh -c true`", command(List.of("/bin/sh", "-c", "true"), Optional.empty()));
    commands.put("a script that prints", command(List.of("/bin/sh"), Optional.of(PRINTING)));
    return commands;
  }

  private ProcessCommand command(List<String> argv, Optional<String> stdin) {
    return new ProcessCommand(
        argv, folder, Map.of(), stdin, Duration.ofMinutes(1), Duration.ofSeconds(1));
  }

  private List<Figure> compare(String what, ProcessCommand command, ProcessRunner kept, int times)
      throws InterruptedException {
    List<Long> without = new ArrayList<>();
    List<Long> with = new ArrayList<>();
    for (int i = -times / 5; i < times; i++) { // the first ones fill caches
      long old = run(plain, command, false);
      long now = run(kept, command, true);
      if (i >= 0) {
        without.add(old);
        with.add(now);
      }
    }
    Samples before = new Samples(without);
    Samples after = new Samples(with);
    double more = after.medianMillis() - before.medianMillis();
    return List.of(
        Figure.times("output-lost", "Output lost with the agent: " + what, before),
        Figure.times("output-kept", "Output that outlives it: " + what, after),
        Figure.plain("output-more", "More: " + what, Figure.number(more) + " ms", Map.of())
            .wanted("median ≤ 1 ms", more <= WANTED_MILLIS));
  }

  private long run(ProcessRunner runner, ProcessCommand command, boolean keep)
      throws InterruptedException {
    Cookie cookie = new Cookie("bench/" + UUID.randomUUID());
    BoundedOutput log = new BoundedOutput(131_072, Clock.systemUTC());
    long begin = System.nanoTime();
    if (keep) {
      files.begin("bench.0", log);
    }
    log.line("INFO", "-- Task bench has started");
    runner.start(command, cookie, log).await();
    if (keep) {
      files.end("bench.0", log);
    }
    return System.nanoTime() - begin;
  }
}
