package dev.metronome.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Commands as processes, from start to end, and {@code push} as Consul's watch handler starts it.
 * The first of each kind is not counted: it fills caches.
 */
final class Commands {

  private static final String NODE = "one";

  private Commands() {}

  /**
   * One run of a command.
   *
   * @param begun by the machine's clock
   * @param nanos from the start of its process to its end
   * @param processor milliseconds that the process has used, with its own children
   */
  record Run(long begun, long nanos, double processor) {}

  /** While no agent runs. */
  static List<Figure> alone(Lab lab) throws IOException, InterruptedException {
    lab.stopAgents();
    List<Run> push = new ArrayList<>();
    for (int i = 0; i <= lab.scale().starts(); i++) {
      push.add(push(lab, UUID.randomUUID().toString(), Workload.ECHO));
    }
    return List.of(
        row("push-alone", "`push`, no agent runs", push, lab.floor().push(), 350)
            .original("20 ms"));
  }

  /** While the agents run. */
  static List<Figure> withAgents(Lab lab) throws IOException, InterruptedException {
    lab.agents(Fleet.Path.DIRECT);
    double jvm = lab.floor().jvm();
    List<Figure> figures = new ArrayList<>();
    figures.add(row("version", "`version`", runs(lab, "version"), jvm, 150));
    figures.add(row("status", "`status`", runs(lab, "status"), jvm, 350));
    figures.add(row("events", "`events`", runs(lab, "events"), jvm, 350));
    List<Run> push = new ArrayList<>();
    List<Run> ways = new ArrayList<>();
    for (int i = 0; i <= lab.scale().starts(); i++) {
      String id = UUID.randomUUID().toString();
      Run run = push(lab, id, Workload.STAMP);
      lab.awaitSuccess(id);
      long operation = lab.workshop().stamps(id).get(0).nanos();
      push.add(run);
      ways.add(new Run(run.begun(), operation - run.begun(), run.processor()));
    }
    figures.add(
        row("push", "`push`, beside an agent", push, lab.floor().push(), 100).original("20 ms"));
    figures.add(
        row(
                "push-first-operation",
                "From the start of `push` to the event's first operation",
                ways,
                lab.floor().pushToFirstOperation(),
                160)
            .original("0.45 s"));
    return figures;
  }

  private static Figure row(String id, String what, List<Run> all, double floor, int wanted) {
    List<Run> runs = all.subList(1, all.size());
    Samples samples = new Samples(runs.stream().map(Run::nanos).toList());
    double processor = runs.stream().mapToDouble(Run::processor).average().orElseThrow();
    return Figure.times(id, what, samples, floor)
        .with("processor_ms", processor, String.format(Locale.ROOT, "processor %.0f ms", processor))
        .wanted("median ≤ " + wanted + " ms", samples.medianMillis() <= wanted);
  }

  private static List<Run> runs(Lab lab, String command) throws IOException, InterruptedException {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i <= lab.scale().starts(); i++) {
      runs.add(run(lab, command));
    }
    return runs;
  }

  /** One command on a node, as configured there. */
  static Run run(Lab lab, String... command) throws IOException, InterruptedException {
    return run(lab, lab.workshop().folder().resolve("nothing"), "", command);
  }

  private static Run push(Lab lab, String id, String event)
      throws IOException, InterruptedException {
    String input = // as a Consul watch of type event hands them to its handler
        String.format(
            "[{\"ID\": \"%s\", \"Name\": \"%s\", \"Payload\": null, \"NodeFilter\": \"\","
                + " \"ServiceFilter\": \"\", \"TagFilter\": \"\", \"Version\": 1, \"LTime\": 2}]",
            id, event);
    return run(lab, lab.workshop().folder().resolve("pushed"), input, "push");
  }

  private static Run run(Lab lab, Path input, String text, String... command)
      throws IOException, InterruptedException {
    Path said = lab.workshop().folder().resolve("said");
    Files.writeString(input, text);
    ProcessBuilder builder =
        lab.launcher()
            .process(lab.workshop().folder(), lab.workshop().command(NODE, command))
            .redirectInput(input.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    double before = ProcessorTime.ended();
    long begun = Clocks.now();
    long begin = System.nanoTime();
    Process process = builder.start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "metronome " + command[0] + " failed: " + Files.readString(said).strip());
    }
    return new Run(begun, System.nanoTime() - begin, ProcessorTime.ended() - before);
  }
}
