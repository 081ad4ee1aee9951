package dev.metronome.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Events of one task on one node, all of them waiting in the queue; then what memory they left. */
final class Throughput {

  private static final double WANTED = 90;
  private static final double WANTED_MEGABYTES = 100;

  private Throughput() {}

  static List<Figure> measure(Lab lab) throws IOException, InterruptedException {
    Fleet fleet = lab.agents(Fleet.Path.DIRECT);
    int count = lab.scale().backlog();
    ProcessorTime before = ProcessorTime.now();
    double scripts = perSecond(lab, Workload.ONE);
    Figure time =
        before.since("event-processor", "Processor time per event, each running `true`", count);
    Figure memory = memory(fleet, count);
    double echoes = perSecond(lab, Workload.ECHO);
    double floor = lab.floor().eventsPerSecond();
    return List.of(
        figure("events-per-second", "Events per second, each running `true`", scripts, count)
            .floor(String.format(Locale.ROOT, "%.0f", floor), floor, floor / scripts)
            .wanted("≥ 90 where a raw write takes ≤ 2 ms", scripts >= WANTED)
            .original("about 1"),
        time,
        memory,
        figure("echoes-per-second", "Events per second, each an echo", echoes, count));
  }

  private static Figure figure(String id, String what, double rate, int count) {
    return Figure.plain(
        id,
        what,
        String.format(Locale.ROOT, "%.1f (%d events)", rate, count),
        Map.of("per_second", rate, "count", (double) count));
  }

  private static Figure memory(Fleet fleet, int count) throws IOException {
    double resident = fleet.largest("VmRSS");
    double peak = fleet.largest("VmHWM");
    return Figure.plain(
            "memory",
            "Resident memory of the largest agent, after these " + count + " events",
            String.format(Locale.ROOT, "%.0f MB, at its highest %.0f MB", resident, peak),
            Map.of("rss_mb", resident, "peak_mb", peak))
        .wanted("≤ 100 MB", resident <= WANTED_MEGABYTES)
        .original("14 MB");
  }

  /** From sending the first event until the last one has its result, so acceptance is included. */
  static double perSecond(Lab lab, String event) throws IOException {
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
