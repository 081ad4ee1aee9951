package dev.metronome.cli;

import dev.metronome.log.PrintableText;
import dev.metronome.view.NodeRun;
import dev.metronome.view.TaskView;
import dev.metronome.view.Viewer;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Prints logs, each under a line that says whose it is, and of one that has grown only what is new.
 *
 * <p><b>Guarantees</b>: on a terminal no control character of a log is obeyed; elsewhere a log is
 * printed as it is stored.
 */
final class LogPrinter {
  private final Terminal terminal;
  private final Map<String, Integer> printed = new HashMap<>();
  private String last = "";

  LogPrinter(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Returns how many characters were new. */
  int print(String eventId, TaskView task, NodeRun run, Viewer viewer) {
    String key = task.no() + "/" + run.node();
    boolean complete = run.status().isFinal() && printed.containsKey(key + "/final");
    String log = complete ? "" : viewer.log(eventId, task.no(), run.node()).orElse("");
    if (run.status().isFinal()) {
      printed.put(key + "/final", 1);
    }
    int known = printed.getOrDefault(key, 0);
    if (log.length() <= known) {
      return 0;
    }
    printed.put(key, log.length());
    head(key, task, run);
    body(log.substring(known));
    return log.length() - known;
  }

  private void head(String key, TaskView task, NodeRun run) {
    if (!last.equals(key)) {
      String title = task.no() + " " + task.name() + " on " + run.node();
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
