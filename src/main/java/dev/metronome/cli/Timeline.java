package dev.metronome.cli;

import dev.metronome.cli.picture.Seconds;
import dev.metronome.cli.picture.Table;
import dev.metronome.model.record.HealthGate;
import dev.metronome.model.schedule.Topology;
import dev.metronome.pipeline.dispatch.Limits;
import dev.metronome.state.forecast.Forecast;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** When each task of a rehearsal would run, as a bar; and how long all of it would take. */
final class Timeline {
  private static final int WIDTH = 40;

  private final TextOutput output;

  Timeline(TextOutput output) {
    this.output = output;
  }

  /**
   * A task on the time line, in seconds.
   *
   * @param usual absent if nobody has said how long it takes on a node
   */
  private record Bar(Forecast.Task task, Optional<Long> usual, long longest) {
    long shown() {
      return usual.orElse(longest);
    }
  }

  /** Of the ordered tasks and those at the end; nothing is taken back in it. */
  void print(Forecast forecast, Topology topology) {
    List<Bar> bars = new ArrayList<>();
    forecast.tasks().stream()
        .filter(task -> !task.plan().isUndo())
        .forEach(task -> bars.add(new Bar(task, usual(task, topology), task.longest())));
    long whole = Math.max(1, bars.stream().mapToLong(Bar::shown).sum());
    if (bars.isEmpty()) {
      return;
    }
    Table table = output.table("TASK", "", "USUALLY", "AT MOST");
    long before = 0;
    for (Bar bar : bars) {
      int from = (int) (before * WIDTH / whole);
      before += bar.shown();
      int to = Math.max(from + 1, (int) (before * WIDTH / whole));
      String drawn = (bar.usual().isPresent() ? "=" : "?").repeat(Math.min(WIDTH, to) - from);
      table.row(
          bar.task().title(),
          " ".repeat(from) + drawn + " ".repeat(Math.max(0, WIDTH - to)),
          bar.usual().map(Timeline::words).orElse("?"),
          words(bar.longest()));
    }
    boolean known = bars.stream().allMatch(bar -> bar.usual().isPresent());
    table.row(
        "all",
        "",
        known ? words(bars.stream().mapToLong(Bar::shown).sum()) : "?",
        words(bars.stream().mapToLong(Bar::longest).sum()));
    output.line();
    output.print(table);
    if (!known) {
      output.line("? nobody says how long it takes: `durations` of the topology, by PATTERN/TASK");
    }
  }

  /** Batch after batch, each as long as one of its nodes, and the time in which it must be well. */
  private static Optional<Long> usual(Forecast.Task task, Topology topology) {
    long batches = Math.max(1, task.batches().size());
    long calm = task.plan().batching().health().map(HealthGate::forSeconds).orElse(0L);
    long drain = task.plan().rollout().drainSeconds().orElse(0L);
    return task.nodes().isEmpty() && !task.plan().isApproval()
        ? Optional.of(Limits.DEFAULT.start().toSeconds()) // it waits for one that matches
        : topology
            .usual(task.plan().pattern(), task.plan().task())
            .map(time -> batches * (time.toSeconds() + drain + calm));
  }

  private static String words(long seconds) {
    return Seconds.of(Duration.ofSeconds(seconds));
  }
}
