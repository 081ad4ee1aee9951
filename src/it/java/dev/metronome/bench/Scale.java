package dev.metronome.bench;

import java.time.Duration;
import java.util.List;

/**
 * How much is measured.
 *
 * @param raw repetitions of a raw cost
 * @param machines starts of a JVM that does nothing
 * @param pushes events whose way to the first operation is timed
 * @param coldStarts of all agents, each followed by {@link #COLD} events of five tasks
 * @param warmUp events of five tasks that agents have run before anything else is timed
 * @param fives events of five tasks that are timed then
 * @param backlog events that wait when throughput is measured
 * @param counted events whose requests and writes are counted
 * @param idle how long nothing happens while requests and writes are counted
 * @param before how long nothing has happened before that
 * @param minute how long Consul's own writes are counted, and what agents send that wait
 * @param starts of an agent, and of each command
 * @param lists requests for the status, and for all events
 * @param queued events that wait before any agent runs
 * @param crowd so many agents at one Consul, in growing steps
 * @param part a quarter of the time that a load is sustained
 */
record Scale(
    int raw,
    int machines,
    int pushes,
    int coldStarts,
    int warmUp,
    int fives,
    int backlog,
    int counted,
    Duration idle,
    Duration before,
    Duration minute,
    int starts,
    int lists,
    int queued,
    List<Integer> crowd,
    Duration part) {

  /** The events of five tasks after a start that count as an agent's first ones. */
  static final int COLD = 12;

  /** The time of idling covers the longest period of an agent, a watch's wait. */
  static final Scale FULL =
      new Scale(
          300,
          20,
          60,
          3,
          45,
          40,
          1_000,
          100,
          Duration.ofSeconds(310),
          Duration.ofSeconds(150),
          Duration.ofSeconds(62),
          5,
          50,
          10_000,
          List.of(5, 20, 50, 100),
          Duration.ofMinutes(5));

  /** Whether everything works; its figures are rough. */
  static final Scale QUICK =
      new Scale(
          50,
          5,
          10,
          1,
          15,
          6,
          150,
          20,
          Duration.ofSeconds(12),
          Duration.ofSeconds(5),
          Duration.ofSeconds(12),
          2,
          10,
          500,
          List.of(2, 4),
          Duration.ofSeconds(15));
}
