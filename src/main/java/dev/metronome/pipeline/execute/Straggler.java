package dev.metronome.pipeline.execute;

import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.TaskId;
import dev.metronome.model.schedule.OnLost;
import dev.metronome.pipeline.process.Cookie;
import dev.metronome.pipeline.process.Leftovers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * A run of a task that goes on although the cluster has given the task up.
 *
 * @param sentence what runs, where one can find it, and what would end it
 * @param running whether it still runs
 * @param ending ends it, as far as that is wanted
 * @param lastWord what the task's log says when it has ended; nothing if its own end says it
 */
record Straggler(
    String eventId,
    int no,
    String sentence,
    BooleanSupplier running,
    Ending ending,
    Optional<String> lastWord) {

  private static final String HINT = "; it keeps this node until it has ended";

  /** Ends processes; may wait for them. */
  @FunctionalInterface
  interface Ending {
    void end() throws InterruptedException;
  }

  /**
   * What an earlier agent has left running.
   *
   * @param operation the newest operation of the task whose main process lives
   */
  record Left(String eventId, int no, Leftovers operation) {}

  /** One for each task whose operation was left running by an earlier agent of the node. */
  static List<Left> left(String node) {
    Map<String, Cookie> newest = new TreeMap<>();
    for (Cookie cookie : new Leftovers(new Cookie(node)).operations()) {
      String[] parts = cookie.value().split("/", -1);
      if (parts.length == 4) {
        newest.merge(parts[1] + "/" + parts[2], cookie, Straggler::newer);
      }
    }
    return newest.entrySet().stream().map(Straggler::left).toList();
  }

  private static Left left(Map.Entry<String, Cookie> entry) {
    String[] task = entry.getKey().split("/", -1);
    return new Left(task[0], Integer.parseInt(task[1]), new Leftovers(entry.getValue()));
  }

  /** Operations are numbered in the order in which they were started. */
  private static Cookie newer(Cookie one, Cookie other) {
    return number(one) > number(other) ? one : other;
  }

  private static long number(Cookie cookie) {
    return Long.parseLong(cookie.value().substring(cookie.value().lastIndexOf('/') + 1));
  }

  static Straggler of(Left left, OnLost what, Duration killGrace) {
    Leftovers operation = left.operation();
    String how = what == OnLost.STOP ? "was ended (on_lost: stop)" : "has ended";
    return new Straggler(
        left.eventId(),
        left.no(),
        title(left.eventId(), left.no()) + " still runs as processes " + operation.find() + HINT,
        () -> !operation.operations().isEmpty(),
        () -> {
          if (what == OnLost.STOP) {
            operation.end(killGrace);
          }
        },
        Optional.of("what an earlier agent had left running of the task " + how));
  }

  /** Processes that would not end. */
  static Straggler of(String eventId, int no, Leftovers processes) {
    return new Straggler(
        eventId,
        no,
        title(eventId, no) + " left processes that cannot be ended: " + processes.find() + HINT,
        () -> !processes.find().isEmpty(),
        () -> {},
        Optional.empty());
  }

  /** A run of this very agent. */
  static Straggler of(Assignment mine, BooleanSupplier running) {
    String eventId = mine.event().id();
    int no = mine.task().no();
    String sentence = title(eventId, no) + " was given up by the cluster and still runs" + HINT;
    return new Straggler(eventId, no, sentence, running, () -> {}, Optional.empty());
  }

  private static String title(String eventId, int no) {
    return "task " + no + " of event " + eventId;
  }

  String id() {
    return TaskId.of(eventId, no);
  }
}
