package dev.metronome.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What agents have sent and caused while time passed.
 *
 * @param seconds how long
 * @param writes Raft writes per second and agent, without Consul's own
 * @param sent by each node's agent
 */
record Rates(double seconds, double writes, Map<String, List<Request>> sent) {

  /** Index of the last entry of a server's Raft log. */
  @FunctionalInterface
  interface Raft {
    long index() throws IOException;
  }

  /** Of a laboratory's agents. */
  static Rates measure(Lab lab, Duration time, Fleet fleet) throws IOException {
    return measure(time, lab.background(), lab::raftIndex, fleet);
  }

  /**
   * Lets time pass and counts.
   *
   * @param background Raft writes per second that Consul makes for itself
   */
  static Rates measure(Duration time, double background, Raft raft, Fleet fleet)
      throws IOException {
    long begin = Clocks.now();
    long index = raft.index();
    Clocks.pass(time);
    long writes = raft.index() - index;
    double seconds = (Clocks.now() - begin) / 1e9;
    double own = Math.max(0, writes / seconds - background);
    Map<String, List<Request>> sent = fleet.requestsSince(begin);
    return new Rates(seconds, own / sent.size(), sent);
  }

  double highest(List<String> nodes) {
    return busiest(nodes).size() / seconds;
  }

  private List<Request> busiest(List<String> nodes) {
    return nodes.stream().map(sent::get).max(Comparator.comparing(List::size)).orElse(List.of());
  }

  double mean(List<String> nodes) {
    return all(nodes).size() / seconds / nodes.size();
  }

  private List<Request> all(List<String> nodes) {
    List<Request> all = new ArrayList<>();
    nodes.forEach(node -> all.addAll(sent.get(node)));
    return all;
  }

  Figure requests(String id, String what, List<String> nodes) {
    return Figure.plain(
        id,
        what,
        String.format(
            Locale.ROOT,
            "mean %.3f (%s), highest %.3f (%s)",
            mean(nodes),
            Requests.kinds(all(nodes), seconds * nodes.size()),
            highest(nodes),
            Requests.kinds(busiest(nodes), seconds)),
        Map.of("mean", mean(nodes), "highest", highest(nodes)));
  }

  Figure writes(String id, String what) {
    return Figure.plain(
        id,
        what,
        String.format(Locale.ROOT, "%.3f", writes),
        Map.of("per_second_and_agent", writes));
  }
}
