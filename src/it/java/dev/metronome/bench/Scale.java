package dev.metronome.bench;

import java.time.Duration;
import java.util.List;

/**
 * How much is measured.
 *
 * @param raw repetitions of a raw cost
 * @param pushes events whose way to the first operation is timed
 * @param chains events of {@link Workload#CHAIN_TASKS} tasks, each with one hand-over less
 * @param fives events of five tasks that are timed as a whole
 * @param backlog events that wait when throughput is measured
 * @param counted events whose requests and writes are counted
 * @param idle how long nothing happens while requests and writes are counted
 * @param starts of an agent
 * @param lists requests for the status, and for all events
 * @param queued events that wait before any agent runs
 * @param crowd so many agents at one Consul, in growing steps
 */
record Scale(
    int raw,
    int pushes,
    int chains,
    int fives,
    int backlog,
    int counted,
    Duration idle,
    int starts,
    int lists,
    int queued,
    List<Integer> crowd) {

  /** A minute of idling covers the longest period of an agent, a watch's wait. */
  static final Scale FULL =
      new Scale(
          300,
          60,
          40,
          20,
          1_000,
          100,
          Duration.ofSeconds(62),
          5,
          50,
          10_000,
          List.of(5, 20, 50, 100));

  /** Whether everything works; its figures are rough. */
  static final Scale QUICK =
      new Scale(50, 10, 6, 4, 150, 20, Duration.ofSeconds(12), 2, 10, 500, List.of(2, 4));
}
