package dev.metronome.cli.picture;

import dev.metronome.base.log.PrintableText;
import dev.metronome.state.EventState;
import dev.metronome.state.TaskState;

/** What a task is called at the left edge: its NO and its name. */
final class Labels {

  private Labels() {}

  static int width(EventState state, int most) {
    int widest = state.tasks().stream().mapToInt(task -> full(task).length()).max().orElse(0);
    return Math.min(most, widest);
  }

  static String of(TaskState task, int most) {
    String label = full(task);
    return label.length() <= most ? label : label.substring(0, Math.max(0, most - 1)) + "~";
  }

  private static String full(TaskState task) {
    return task.no() + " " + PrintableText.of(task.name());
  }
}
