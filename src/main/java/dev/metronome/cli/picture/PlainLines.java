package dev.metronome.cli.picture;

import dev.metronome.base.log.PrintableText;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.TaskResult;
import dev.metronome.state.EventState;
import dev.metronome.state.TaskState;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** One line for each change of state, for logs and pipes. Not thread-safe. */
final class PlainLines implements EventPicture {
  private final PrintStream out;
  private final Set<String> said = new HashSet<>();

  PlainLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public void show(EventState state) {
    state.result().ifPresent(event -> say("event " + event.name() + ": dispatched"));
    for (TaskState task : state.tasks()) {
      task.result().ifPresent(result -> opened(task, result));
      task.nodes().forEach(node -> node(task, node));
      task.result().filter(result -> result.status().isFinal()).ifPresent(this::ended);
    }
    state.result().filter(event -> event.status().isFinal()).ifPresent(this::ended);
  }

  private void opened(TaskState task, TaskResult result) {
    if (!result.targets().isEmpty()) {
      say(label(result) + ": opened for " + String.join(", ", task.targets()));
    }
  }

  private void node(TaskState task, NodeResult node) {
    String what = "task " + task.no() + " " + task.name() + " on " + node.node();
    say(what + ": " + Mark.INPROGRESS.word());
    if (node.status().isFinal()) {
      say(what + ": " + node.status().word() + took(node) + why(node.reason(), node.message()));
    }
  }

  private static String took(NodeResult node) {
    return Seconds.between(node.startedAt(), node.finishedAt());
  }

  private void ended(TaskResult task) {
    String took = Seconds.between(task.startedAt(), task.finishedAt());
    say(label(task) + ": " + task.status().word() + took + why(task.reason(), task.message()));
  }

  private void ended(EventResult event) {
    String took = Seconds.between(event.startedAt(), event.finishedAt());
    String end = event.status().word() + took + why(event.reason(), event.message());
    say("event " + event.name() + ": " + end);
  }

  private static String label(TaskResult task) {
    return "task " + task.no() + " " + task.name();
  }

  private static String why(Optional<Reason> reason, Optional<String> message) {
    return message.or(() -> reason.map(Reason::word)).map(text -> " (" + text + ")").orElse("");
  }

  private void say(String sentence) {
    if (said.add(sentence)) {
      out.println(PrintableText.of(sentence));
      out.flush();
    }
  }
}
