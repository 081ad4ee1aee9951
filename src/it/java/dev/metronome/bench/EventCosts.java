package dev.metronome.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Requests to Consul and Raft writes that one event of one target costs, its acceptance included.
 */
final class EventCosts {

  /** A write of the agents' own falls into the count now and then: 5, rounded to a tenth. */
  private static final double WRITES = 5.05;

  private static final Duration SETTLE = Duration.ofSeconds(1);

  private EventCosts() {}

  static List<Figure> measure(Lab lab) throws IOException, InterruptedException {
    Fleet fleet = lab.agents(Fleet.Path.METERED);
    List<Figure> figures = new ArrayList<>(alone(lab, fleet));
    figures.addAll(backlog(lab, fleet));
    return figures;
  }

  private static List<Figure> alone(Lab lab, Fleet fleet) throws IOException {
    Count count = Count.begin(lab);
    for (int i = 0; i < lab.scale().counted(); i++) {
      lab.awaitSuccess(lab.submitMetered(Workload.ONE));
    }
    return count.end(lab, fleet, "alone", "one after another", "24");
  }

  private static List<Figure> backlog(Lab lab, Fleet fleet) throws IOException {
    Count count = Count.begin(lab);
    String last = "";
    for (int i = 0; i < lab.scale().counted(); i++) {
      last = lab.submitMetered(Workload.ONE);
    }
    lab.pollResult(last);
    return count.end(lab, fleet, "backlog", "with a backlog", "");
  }

  /**
   * A count that has begun.
   *
   * @param nanos when
   * @param index of Raft then
   */
  private record Count(long nanos, long index) {

    static Count begin(Lab lab) throws IOException {
      Clocks.pass(SETTLE);
      return new Count(Clocks.now(), lab.raftIndex());
    }

    List<Figure> end(Lab lab, Fleet fleet, String id, String how, String original)
        throws IOException {
      Clocks.pass(Duration.ofMillis(100));
      double seconds = (Clocks.now() - nanos) / 1e9;
      double events = lab.scale().counted();
      double writes = (lab.raftIndex() - index - lab.background() * seconds) / events;
      List<Request> requests = new ArrayList<>(Requests.all(fleet.requestsSince(nanos)));
      requests.addAll(lab.acceptsSince(nanos));
      return List.of(
          Figure.plain(
                  "writes-" + id,
                  "Raft writes per event, " + how,
                  Figure.number(writes),
                  Map.of("per_event", writes))
              .wanted("≤ 5", writes < WRITES)
              .original(original),
          Figure.plain(
              "requests-" + id,
              "Consul requests per event, " + how + ", all agents and the sender",
              String.format(
                  Locale.ROOT,
                  "%.2f (%s)",
                  requests.size() / events,
                  Requests.kinds(requests, events)),
              Map.of("per_event", requests.size() / events)));
    }
  }
}
