package dev.metronome.cli;

import dev.metronome.base.log.PrintableText;
import dev.metronome.pipeline.process.BoundedOutput;
import dev.metronome.state.NodeRun;
import dev.metronome.state.TaskView;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Prints logs, each under a line that says whose it is, and of one that has grown only what is new.
 *
 * <p><b>Guarantees</b>: on a terminal no control character of a log is obeyed; elsewhere a log is
 * printed as it is stored.
 */
final class LogPrinter {
  private final Terminal terminal;
  private final Map<String, String> printed = new HashMap<>();
  private final Set<String> complete = new HashSet<>();
  private String last = "";
  private boolean cut;

  LogPrinter(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Whether there is something to ask for: not once a log was read after its task had ended. */
  boolean wants(TaskView task, NodeRun run) {
    return !complete.contains(key(task, run));
  }

  /** Whether the middle of a log that it has printed was left out. */
  boolean hasCut() {
    return cut;
  }

  private static String key(TaskView task, NodeRun run) {
    return task.no() + "/" + run.node();
  }

  /** Returns how many characters were new. */
  int print(TaskView task, NodeRun run, String log) {
    String key = key(task, run);
    if (run.status().isFinal()) {
      complete.add(key);
    }
    String fresh = fresh(printed.getOrDefault(key, ""), log);
    if (fresh.isEmpty()) {
      return 0;
    }
    printed.put(key, log);
    cut |= BoundedOutput.isCut(log);
    head(key, task, run);
    body(fresh);
    return fresh.length();
  }

  /** For a log that is too long to be held: takes its lines. */
  Consumer<String> lines(TaskView task, NodeRun run) {
    head(key(task, run), task, run);
    return terminal.isInteractive()
        ? line -> terminal.out().println(safe(line))
        : terminal.out()::println;
  }

  /** What has come since: of a long log the middle may have been left out meanwhile. */
  static String fresh(String before, String now) {
    if (now.startsWith(before)) {
      return now.substring(before.length());
    }
    int start = before.lastIndexOf('\n', before.length() - 2) + 1;
    String lastLine = before.substring(start);
    int at = now.lastIndexOf(lastLine);
    if (at >= 0) {
      return now.substring(at + lastLine.length());
    }
    return now.startsWith(before.substring(0, start)) ? now.substring(start) : now;
  }

  private void head(String key, TaskView task, NodeRun run) {
    if (!last.equals(key)) {
      String title = task.title() + " on " + run.node();
      terminal.out().println("== task " + PrintableText.of(title) + ", " + run.status().word());
      last = key;
    }
  }

  private void body(String text) {
    PrintStream out = terminal.out();
    if (terminal.isInteractive()) {
      text.lines().forEach(line -> out.println(safe(line)));
    } else {
      out.print(text);
      if (!text.endsWith("\n")) {
        out.println();
      }
    }
    out.flush();
  }

  /** Tabs stay: a log is full of columns. */
  static String safe(String line) {
    return Arrays.stream(line.split("\t", -1))
        .map(PrintableText::of)
        .collect(Collectors.joining("\t"));
  }
}
