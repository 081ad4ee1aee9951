package dev.metronome.cli.picture;

import dev.metronome.model.record.BatchPlace;
import dev.metronome.model.record.GateWait;
import dev.metronome.state.TaskView;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How far a task is in its batches, and what it waits for at its gate of health. */
public final class GateSentence {

  private GateSentence() {}

  /** While a freeze keeps from opening what comes behind the gate, which nothing hurries then. */
  private static final String HELD = "all is well, and a freeze holds what comes next";

  /**
   * {@code waiting for app-7: check `http` critical for 40 s, 4 min 10 s left}, or {@code all is
   * well for 4 s and has to stay so, 4 min 46 s left}.
   */
  public static String of(GateWait gate, Instant now) {
    String since = " for " + seconds(Duration.between(gate.since(), now));
    return gate.what()
            .map(what -> "waiting for " + what + since)
            .orElse("all is well" + since + " and has to stay so")
        + ", "
        + seconds(Duration.between(now, gate.until()))
        + " left";
  }

  /**
   * {@code batch 3 of 5}, {@code batch 3 of 5, waiting for app-7: …}, or what the gate of a task
   * without batches waits for; empty if there is neither.
   */
  public static Optional<String> of(TaskView task, Instant now) {
    return of(task, gate -> of(gate, now));
  }

  /** The same while a freeze holds the event. */
  public static Optional<String> held(TaskView task, Instant now) {
    return of(task, gate -> gate.what().isPresent() ? of(gate, now) : HELD);
  }

  private static Optional<String> of(TaskView task, Function<GateWait, String> waiting) {
    String sentence =
        Stream.of(task.batch().map(BatchPlace::toString), task.gate().map(waiting))
            .flatMap(Optional::stream)
            .collect(Collectors.joining(", "));
    return Optional.of(sentence).filter(text -> !text.isEmpty());
  }

  /** Two clocks may be a little apart: never less than nothing. */
  private static String seconds(Duration time) {
    Duration shown = time.isNegative() ? Duration.ZERO : time;
    return shown.toMinutes() == 0 ? shown.toSeconds() + " s" : Seconds.of(shown);
  }
}
