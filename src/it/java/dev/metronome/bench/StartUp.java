package dev.metronome.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Processes from their start. The first of each kind is not counted: it fills caches. */
final class StartUp {

  private static final String NODE = "one";
  private static final double WANTED_MILLIS = 1_500;
  private static final double WANTED_COMMAND_MILLIS = 500;

  private StartUp() {}

  static List<Figure> agent(Lab lab) throws IOException, InterruptedException {
    lab.stopAgents();
    List<Long> started = new ArrayList<>();
    List<Long> session = new ArrayList<>();
    for (int i = 0; i <= lab.scale().starts(); i++) {
      try (AgentProcess agent = lab.workshop().agent(lab.launcher(), NODE, lab.consulPort(NODE))) {
        agent.await();
        if (i > 0) {
          started.add(agent.startNanos());
          session.add(agent.sessionNanos());
        }
      }
    }
    Samples samples = new Samples(started);
    return List.of(
        Figure.times("start", "Start of an agent, to its log line state=started", samples)
            .wanted("median ≤ 1.5 s", samples.medianMillis() <= WANTED_MILLIS)
            .original("6 s"),
        Figure.times("start-session", "Start of an agent, to its session", new Samples(session)));
  }

  static List<Figure> version(Lab lab) throws IOException, InterruptedException {
    return List.of(command("version", "Command `version`, start to end", runs(lab, "version")));
  }

  static List<Figure> push(Lab lab) throws IOException, InterruptedException {
    return List.of(command("push-command", "Command `push`, start to end", runs(lab, "push")));
  }

  private static Figure command(String id, String what, Samples samples) {
    return Figure.times(id, what, samples)
        .wanted("median ≤ 0.5 s", samples.medianMillis() <= WANTED_COMMAND_MILLIS);
  }

  private static Samples runs(Lab lab, String command) throws IOException, InterruptedException {
    List<Long> times = new ArrayList<>();
    for (int i = 0; i <= lab.scale().starts(); i++) {
      long time = run(lab, List.of(command));
      if (i > 0) {
        times.add(time);
      }
    }
    return new Samples(times);
  }

  /** One command, from the start of its process to its end. */
  static long run(Lab lab, List<String> command) throws IOException, InterruptedException {
    Path said = lab.workshop().folder().resolve("said");
    Path input = Files.writeString(lab.workshop().folder().resolve("events.json"), events());
    List<String> arguments = new ArrayList<>(command);
    arguments.addAll(List.of("--host", "127.0.0.1", "--port", "" + lab.consulPort(NODE)));
    ProcessBuilder builder =
        lab.launcher()
            .process(lab.workshop().folder(), arguments)
            .redirectInput(input.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    long begin = System.nanoTime();
    Process process = builder.start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "metronome " + command.get(0) + " failed: " + Files.readString(said).strip());
    }
    return System.nanoTime() - begin;
  }

  /** As a Consul watch of type event hands them to its handler. */
  private static String events() {
    return String.format(
        "[{\"ID\": \"%s\", \"Name\": \"%s\", \"Payload\": null, \"NodeFilter\": \"\","
            + " \"ServiceFilter\": \"\", \"TagFilter\": \"\", \"Version\": 1, \"LTime\": 2}]",
        UUID.nameUUIDFromBytes(Long.toString(System.nanoTime()).getBytes(StandardCharsets.UTF_8)),
        Workload.ECHO);
  }
}
