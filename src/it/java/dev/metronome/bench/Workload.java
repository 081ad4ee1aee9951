package dev.metronome.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The task file of the benchmark. A stamp is one line in one file: the time by the machine's clock,
 * event, task and node, written by {@code date} as the only command of an operation's script. So a
 * stamp stands for the operation's start as well as its end, and the time between two stamps
 * includes one whole start of a process, setsid, two shells and {@code date}.
 */
record Workload(Path taskFile, Path stamps, Path marks) {

  static final String DB = "bench-db";
  static final String APP = "bench-app";

  /** One target, one stamp. */
  static final String STAMP = "bench-stamp";

  /** {@link #FIVE_TASKS} tasks in turn on two nodes and on one. */
  static final String FIVE = "bench-five";

  /** One target, {@code sh -c true}. */
  static final String ONE = "bench-one";

  static final String ECHO = "bench-echo";

  /**
   * One target, one line in {@link #marks}: the machine's uptime, event, task and node, by the
   * shell alone, so that it costs little more than {@link #ONE}.
   */
  static final String MARK = "bench-mark";

  /** A long task on one node, while a second one waits for it. */
  static final String LONG = "bench-long";

  static final int FIVE_TASKS = 5;

  static final String PARAM_SECONDS = "SECONDS_LONG";

  static Workload in(Path folder) throws IOException {
    Path pattern = Files.createDirectories(folder.resolve("bench"));
    Workload workload =
        new Workload(
            pattern.resolve("task.yml"), folder.resolve("stamps"), folder.resolve("marks"));
    Files.writeString(workload.taskFile(), workload.text());
    Files.createFile(workload.stamps());
    Files.createFile(workload.marks());
    return workload;
  }

  /** What stamps, as a shell command; environment variables say who. */
  String stampCommand() {
    return "exec date \"+%s%N $METRONOME_EVENT_ID $METRONOME_TASK $METRONOME_NODE\" >>" + stamps;
  }

  private String markCommand() {
    return "read up _ </proc/uptime; echo \"${up%.*}${up#*.}0000000"
        + " $METRONOME_EVENT_ID $METRONOME_TASK $METRONOME_NODE\" >>"
        + marks;
  }

  static Map<String, String> longFor(long seconds) {
    return Map.of(PARAM_SECONDS, Long.toString(seconds));
  }

  private String text() {
    StringBuilder yaml = new StringBuilder("events:\n");
    event(yaml, STAMP, 1);
    event(yaml, FIVE, FIVE_TASKS);
    yaml.append(ordered(ONE)).append(entry(APP, "one"));
    yaml.append(ordered(MARK)).append(entry(APP, "mark-0"));
    yaml.append(ordered(ECHO)).append(entry(APP, "echo"));
    yaml.append(ordered(LONG)).append(entry(APP, "long")).append(entry(DB, "step-0"));
    yaml.append("tasks:\n");
    for (int no = 0; no < FIVE_TASKS; no++) {
      script(yaml, "step-" + no, stampCommand());
    }
    script(yaml, "one", "true");
    script(yaml, "mark-0", markCommand());
    script(yaml, "long", "exec sleep \"$METRONOME_PARAM_" + PARAM_SECONDS + "\"");
    yaml.append("  echo:\n    operations:\n      - echo:\n          text: done\n");
    return yaml.toString();
  }

  private static void event(StringBuilder yaml, String name, int tasks) {
    yaml.append(ordered(name));
    for (int no = 0; no < tasks; no++) {
      boolean alone = tasks == 1 || no % 2 == 1;
      yaml.append(entry(alone ? APP : DB, "step-" + no));
    }
  }

  private static String ordered(String event) {
    return "  " + event + ":\n    ordered_tasks:\n";
  }

  private static String entry(String service, String task) {
    return "      - service: " + service + "\n        task: " + task + "\n";
  }

  private static void script(StringBuilder yaml, String task, String script) {
    yaml.append("  ").append(task).append(":\n    operations:\n      - execute:\n");
    yaml.append("          script: |\n            ").append(script).append('\n');
  }
}
