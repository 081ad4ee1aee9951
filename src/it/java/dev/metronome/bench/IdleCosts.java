package dev.metronome.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What agents cost while nothing happens, and while they wait for a long task of another. */
final class IdleCosts {

  private static final double REQUESTS = 0.5;
  private static final double WRITES = 0.05;

  /** A request more or less in the time of the count is no difference. */
  private static final double TOLERANCE = 0.05;

  private static final Duration SETTLE = Duration.ofSeconds(5);
  private static final List<String> WAITING = List.of("one", "two");

  private IdleCosts() {}

  static List<Figure> measure(Lab lab) throws IOException, InterruptedException {
    Fleet fleet = lab.agents(Fleet.Path.METERED);
    Clocks.pass(SETTLE);
    Rates idle = Rates.measure(lab, fleet);
    String task =
        lab.submit(
            Workload.LONG, Workload.longFor(lab.scale().idle().plus(SETTLE).toSeconds() + 3));
    Clocks.pass(SETTLE);
    Rates waiting = Rates.measure(lab, fleet);
    lab.awaitSuccess(task);
    return List.of(
        idle.requests("idle-requests", "Idle: requests per second and agent", Lab.NODES)
            .wanted("≤ 0.5", idle.highest(Lab.NODES) <= REQUESTS)
            .original("9.9"),
        idle.writes("idle-writes", "Idle: Raft writes per second and agent")
            .wanted("≤ 0.05", idle.writes() <= WRITES)
            .original("4.0"),
        waiting
            .requests("waiting-requests", "Waiting for a long task of another: requests", WAITING)
            .wanted(
                "as idle: " + Figure.number(idle.highest(WAITING)),
                waiting.highest(WAITING) <= idle.highest(WAITING) + TOLERANCE),
        waiting
            .writes("waiting-writes", "Waiting for a long task of another: Raft writes")
            .wanted(
                "as idle: " + Figure.number(idle.writes()),
                waiting.writes() <= idle.writes() + TOLERANCE));
  }

  /**
   * Rates over one count.
   *
   * @param writes Raft writes per second and agent, without Consul's own
   */
  private record Rates(double seconds, double writes, Map<String, List<Request>> sent) {

    static Rates measure(Lab lab, Fleet fleet) throws IOException {
      long begin = Clocks.now();
      long index = lab.raftIndex();
      Clocks.pass(lab.scale().idle());
      long writes = lab.raftIndex() - index;
      double seconds = (Clocks.now() - begin) / 1e9;
      double own = Math.max(0, writes / seconds - lab.background());
      return new Rates(seconds, own / Lab.NODES.size(), fleet.requestsSince(begin));
    }

    double highest(List<String> nodes) {
      return nodes.stream().mapToDouble(node -> sent.get(node).size() / seconds).max().orElse(0);
    }

    Figure requests(String id, String what, List<String> nodes) {
      List<Request> all = new ArrayList<>();
      nodes.stream().map(sent::get).forEach((Collection<Request> some) -> all.addAll(some));
      double mean = all.size() / seconds / nodes.size();
      return Figure.plain(
          id,
          what,
          String.format(
              Locale.ROOT,
              "mean %.2f, highest %.2f (%s)",
              mean,
              highest(nodes),
              Requests.kinds(all, seconds * nodes.size())),
          Map.of("mean", mean, "highest", highest(nodes)));
    }

    Figure writes(String id, String what) {
      return Figure.plain(
          id,
          what,
          String.format(Locale.ROOT, "%.3f", writes),
          Map.of("per_second_and_agent", writes));
    }
  }
}
