package dev.metronome.cli;

import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.state.EventSummary;
import dev.metronome.state.EventView;
import dev.metronome.state.QueueView;
import dev.metronome.state.Viewer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What {@code watch} shows beside the event that it follows: the newest failures before it, with
 * the commands that go on from there, and what waits. Not thread-safe.
 */
final class Surroundings {
  private static final int FAILURES = 3;
  private static final int NAMED = 5;
  private static final Duration PACE = Duration.ofSeconds(2);

  private final Viewer viewer;
  private final Deque<EventView> failed = new ArrayDeque<>();
  private String waiting = "";
  private long dueNanos = System.nanoTime();

  Surroundings(Viewer viewer) {
    this.viewer = viewer;
  }

  /** It has ended, and another is going to be shown. */
  void ended(EventView event) {
    if (event.status().isFailure()) {
      failed.addFirst(event);
    }
    if (failed.size() > FAILURES) {
      failed.removeLast();
    }
  }

  /** Sentences, the newest failure first. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    failed.forEach(event -> lines.add(line(event)));
    String now = waiting();
    if (!now.isEmpty()) {
      lines.add(now);
    }
    return lines;
  }

  private static String line(EventView event) {
    EventSummary summary = event.event();
    return "before: "
        + summary.name()
        + " "
        + Cluster.shortened(summary.id())
        + " "
        + summary.status().word()
        + summary.finishedAt().map(at -> " at " + TextOutput.local(at)).orElse("")
        + "; metronome show "
        + Cluster.shortened(summary.id());
  }

  private String waiting() {
    if (System.nanoTime() - dueNanos >= 0) {
      dueNanos = System.nanoTime() + PACE.toNanos();
      try {
        waiting = sentence(viewer.queue(QueueCommand.MOST));
      } catch (ConsulUnavailableException e) {
        // the picture says so, and the next look tries again
      }
    }
    return waiting;
  }

  private static String sentence(QueueView queue) {
    if (queue.waiting() == 0) {
      return "";
    }
    String names =
        queue.events().stream()
            .limit(NAMED)
            .map(event -> event.name() + " " + Cluster.shortened(event.id()))
            .collect(Collectors.joining(", "));
    String rest = queue.events().size() > NAMED ? ", …" : "";
    return "waiting: " + queue.waiting() + (names.isEmpty() ? "" : ": " + names + rest);
  }
}
