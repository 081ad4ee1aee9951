package dev.metronome.cli;

import dev.metronome.base.log.PrintableText;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Reason;
import dev.metronome.state.EventState;
import dev.metronome.state.ResultReader;
import dev.metronome.state.TaskState;
import java.io.PrintStream;
import java.util.List;

/** Says of an event that failed: which task, on which node, why, and what it said last. */
final class FailureReport {
  private static final int LINES = 10;
  private static final int NODES = 5;

  private final PrintStream err;
  private final ResultReader results;
  private final Keys keys;

  FailureReport(PrintStream err, ResultReader results, Keys keys) {
    this.err = err;
    this.results = results;
    this.keys = keys;
  }

  /** Prints nothing unless the event has ended as an error or a timeout. */
  void print(EventState state) {
    if (state.status().filter(status -> status.stopsEvent()).isEmpty()) {
      return;
    }
    List<TaskState> failed =
        state.tasks().stream().filter(task -> !task.failures().isEmpty()).toList();
    if (failed.isEmpty()) {
      say(state.result().map(FailureReport::why).orElse("the event failed"));
    }
    for (TaskState task : failed) {
      task.failures().stream().limit(NODES).forEach(node -> print(task, node, state.eventId()));
      int more = task.failures().size() - NODES;
      if (more > 0) {
        say("task " + task.no() + " " + task.name() + " failed on " + more + " more nodes");
      }
    }
  }

  private static String why(EventResult event) {
    return "event "
        + event.name()
        + ": "
        + event.message().or(() -> event.reason().map(Reason::word)).orElse("failed");
  }

  private void print(TaskState task, NodeResult node, String eventId) {
    String message = node.message().or(() -> node.reason().map(Reason::word)).orElse("failed");
    say("task " + task.no() + " " + task.name() + " on " + node.node() + ": " + message);
    List<String> lines = results.log(task.no(), node.node()).lines().toList();
    if (!lines.isEmpty()) {
      err.println("  the end of its log, " + keys.log(eventId, task.no(), node.node()) + ":");
      lines.stream()
          .skip(Math.max(0, lines.size() - LINES))
          .forEach(line -> err.println("    " + PrintableText.of(line)));
    }
  }

  private void say(String sentence) {
    err.println("metronome: " + PrintableText.of(sentence));
  }
}
