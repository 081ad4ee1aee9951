package dev.metronome.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Events of one task on one node, all of them waiting in the queue. */
final class Throughput {

  private static final double WANTED = 80;

  private Throughput() {}

  static List<Figure> measure(Lab lab) throws IOException, InterruptedException {
    lab.agents(Fleet.Path.DIRECT);
    int count = lab.scale().backlog();
    ProcessorTime before = ProcessorTime.now();
    double scripts = perSecond(lab, Workload.ONE);
    Figure time =
        before.since("event-processor", "Processor time per event, each running `true`", count);
    double echoes = perSecond(lab, Workload.ECHO);
    return List.of(
        figure("events-per-second", "Events per second, each running `true`", scripts, count)
            .wanted("≥ 80", scripts >= WANTED)
            .original("about 1"),
        time,
        figure("echoes-per-second", "Events per second, each an echo", echoes, count));
  }

  private static Figure figure(String id, String what, double rate, int count) {
    return Figure.plain(
        id,
        what,
        String.format(Locale.ROOT, "%.1f (%d events)", rate, count),
        Map.of("per_second", rate, "count", (double) count));
  }

  /** From sending the first event until the last one has its result, so acceptance is included. */
  private static double perSecond(Lab lab, String event) throws IOException {
    Clocks.pass(Duration.ofMillis(500));
    long begin = System.nanoTime();
    List<String> ids = lab.submitMany(event, lab.scale().backlog());
    lab.pollResult(ids.get(ids.size() - 1));
    double seconds = (System.nanoTime() - begin) / 1e9;
    for (String id : ids) {
      lab.awaitSuccess(id);
    }
    return ids.size() / seconds;
  }
}
