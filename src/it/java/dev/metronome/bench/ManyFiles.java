package dev.metronome.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What many tasks and many patterns add to a start. */
final class ManyFiles {

  private static final String NODE = "one";
  private static final int TASKS = 1_000;
  private static final int PATTERNS = 100;
  private static final int TASKS_OF_A_PATTERN = 10;
  private static final double WANTED_MILLIS = 1_000;

  private ManyFiles() {}

  /** The same command with a large file and with a small one. */
  static List<Figure> validate(Lab lab) throws IOException, InterruptedException {
    Path small = pattern(lab, "small", 1);
    Path large = pattern(lab, "large", TASKS);
    List<Long> more = new ArrayList<>();
    for (int i = 0; i <= lab.scale().starts(); i++) {
      long startUp = Commands.run(lab, "validate", small.toString()).nanos();
      long whole = Commands.run(lab, "validate", large.toString()).nanos();
      if (i > 0) {
        more.add(Math.max(0, whole - startUp));
      }
    }
    return List.of(
        figure("validate", "`validate` of a file of 1,000 tasks, beyond start-up", more));
  }

  /** The same agent with many patterns and with one. */
  static List<Figure> patterns(Lab lab) throws IOException, InterruptedException {
    lab.stopAgents();
    Path one = pattern(lab, "few/0", TASKS_OF_A_PATTERN).resolveSibling("../*/task.yml");
    Path many = one;
    for (int i = 0; i < PATTERNS; i++) {
      many = pattern(lab, "many/" + i, TASKS_OF_A_PATTERN).resolveSibling("../*/task.yml");
    }
    List<Long> more = new ArrayList<>();
    for (int i = 0; i <= lab.scale().starts(); i++) {
      long startUp = start(lab, one.normalize());
      long whole = start(lab, many.normalize());
      if (i > 0) {
        more.add(Math.max(0, whole - startUp));
      }
    }
    return List.of(
        figure("patterns", "Start of an agent with 100 patterns, beyond that with one", more));
  }

  private static Figure figure(String id, String what, List<Long> times) {
    Samples samples = new Samples(times);
    return Figure.times(id, what, samples)
        .wanted("median ≤ 1 s", samples.medianMillis() <= WANTED_MILLIS);
  }

  private static long start(Lab lab, Path files) throws IOException, InterruptedException {
    try (AgentProcess agent =
        lab.workshop().agent(lab.launcher(), NODE, lab.consulPort(NODE), files)) {
      agent.await();
      return agent.startNanos();
    }
  }

  /** As many values as a file of 1,000 tasks can have: it may have 10,000. */
  private static Path pattern(Lab lab, String name, int tasks) throws IOException {
    Path folder = Files.createDirectories(lab.workshop().folder().resolve(name));
    StringBuilder yaml = new StringBuilder("events:\n  ev:\n    ordered_tasks:\n");
    for (int no = 0; no < tasks; no++) {
      yaml.append("      - {service: db, task: task-").append(no).append("}\n");
    }
    yaml.append("tasks:\n");
    for (int no = 0; no < tasks; no++) {
      yaml.append("  task-").append(no).append(":\n    operations:\n");
      yaml.append("      - execute:\n          script: \"echo {{role}} ").append(no).append("\"\n");
    }
    return Files.writeString(folder.resolve("task.yml"), yaml.toString());
  }
}
