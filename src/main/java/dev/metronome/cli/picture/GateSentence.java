package dev.metronome.cli.picture;

import dev.metronome.model.record.BatchPlace;
import dev.metronome.model.record.GateWait;
import dev.metronome.state.TaskView;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How far a task is in its batches, and what it waits for at its gate of health. */
public final class GateSentence {

  private GateSentence() {}

  /**
   * {@code waiting for app-7: check `http` critical for 40 s, 4 min 10 s left}, or {@code well for
   * 4 s, 4 min 46 s left}.
   */
  public static String of(GateWait gate, Instant now) {
    return gate.what().map(what -> "waiting for " + what).orElse("well")
        + " for "
        + seconds(Duration.between(gate.since(), now))
        + ", "
        + seconds(Duration.between(now, gate.until()))
        + " left";
  }

  /**
   * {@code batch 3 of 5}, {@code batch 3 of 5, waiting for app-7: …}, or what the gate of a task
   * without batches waits for; empty if there is neither.
   */
  public static Optional<String> of(TaskView task, Instant now) {
    String sentence =
        Stream.of(task.batch().map(BatchPlace::toString), task.gate().map(gate -> of(gate, now)))
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
