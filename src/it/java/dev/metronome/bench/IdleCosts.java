package dev.metronome.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What agents cost while nothing happens, and while they wait for a long task of another. */
final class IdleCosts {

  private static final double REQUESTS = 0.1;
  private static final double WRITES = 0.05;

  /** An event in progress is polled, every ten seconds, by the leader. */
  private static final double WAITING_REQUESTS = 0.3;

  /** A write more or less in the time of the count is no difference. */
  private static final double TOLERANCE = 0.05;

  private static final Duration SETTLE = Duration.ofSeconds(5);
  private static final List<String> WAITING = List.of("one", "two");

  private IdleCosts() {}

  static List<Figure> measure(Lab lab) throws IOException, InterruptedException {
    Fleet fleet = lab.agents(Fleet.Path.METERED);
    Clocks.pass(lab.scale().before());
    Rates idle = Rates.measure(lab, lab.scale().idle(), fleet);
    String task =
        lab.submit(
            Workload.LONG, Workload.longFor(lab.scale().minute().plus(SETTLE).toSeconds() + 3));
    Clocks.pass(SETTLE);
    Rates waiting = Rates.measure(lab, lab.scale().minute(), fleet);
    lab.awaitSuccess(task);
    return List.of(
        idle.requests("idle-requests", "Idle: requests per second and agent", Lab.NODES)
            .wanted("≤ 0.1", idle.highest(Lab.NODES) <= REQUESTS)
            .original("9.9"),
        idle.writes("idle-writes", "Idle: Raft writes per second and agent")
            .wanted("≤ 0.05", idle.writes() <= WRITES)
            .original("4.0"),
        waiting
            .requests("waiting-requests", "Waiting for a long task of another: requests", WAITING)
            .wanted("≤ 0.3", waiting.highest(WAITING) <= WAITING_REQUESTS),
        waiting
            .writes("waiting-writes", "Waiting for a long task of another: Raft writes")
            .wanted(
                "as idle: " + Figure.number(idle.writes()),
                waiting.writes() <= idle.writes() + TOLERANCE));
  }
}
