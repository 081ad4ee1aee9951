package dev.metronome.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** As many events as the queue holds, all accepted before any agent runs. */
final class Backlog {

  private static final double WANTED_RATE = 80;

  /** What an agent learns while it runs, such as its metrics, is no leak. */
  private static final double WANTED_GROWTH = 1.1;

  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int PARTS = 10;

  private Backlog() {}

  static List<Figure> measure(Lab lab) throws IOException, InterruptedException {
    lab.stopAgents();
    List<String> ids = lab.submitMany(Workload.MARK, lab.scale().queued());
    ProcessorTime before = ProcessorTime.now();
    Fleet fleet = lab.coldAgents(Fleet.Path.DIRECT);
    Path marks = lab.workshop().workload().marks();
    await(marks, ids.size() / PARTS);
    double early = fleet.liveHeap(lab.leader());
    await(marks, ids.size() - ids.size() / PARTS);
    double late = fleet.liveHeap(lab.leader());
    await(marks, ids.size());
    lab.pollResult(ids.get(ids.size() - 1));
    Figure time = before.since("backlog-processor", "Processor time for each of these", ids.size());
    double over = fleet.liveHeap(lab.leader());
    List<Stamp> stamps = Stamp.read(marks);
    return List.of(kept(lab, ids, stamps), rate(stamps), time, heap(early, late, over));
  }

  /** Until so many operations have run. */
  private static void await(Path marks, int count) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (Files.readAllLines(marks).size() < count) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "of " + count + " operations " + Files.readAllLines(marks).size() + " have run");
      }
      Clocks.pass(LOOK);
    }
  }

  private static Figure kept(Lab lab, List<String> ids, List<Stamp> stamps) throws IOException {
    int failed = 0;
    for (String id : ids) {
      failed += lab.status(id).equals("success") ? 0 : 1;
    }
    Set<String> ran = new HashSet<>();
    stamps.forEach(stamp -> ran.add(stamp.event()));
    int missing = ids.size() - ran.size();
    int again = stamps.size() - ran.size();
    return Figure.plain(
            "backlog-kept",
            ids.size() + " events, queued while no agent ran",
            String.format("%d without success, %d never run, %d run again", failed, missing, again),
            Map.of("failed", (double) failed, "missing", (double) missing, "again", (double) again))
        .wanted("none lost, each once", failed == 0 && missing == 0 && again == 0);
  }

  /** From the first operation to the last, and by tenths, the first of which is a cold agent's. */
  private static Figure rate(List<Stamp> stamps) {
    List<String> tenths = new ArrayList<>();
    int part = stamps.size() / PARTS;
    for (int i = 0; i < PARTS; i++) {
      tenths.add(String.format(Locale.ROOT, "%.0f", rate(stamps, i * part, (i + 1) * part - 1)));
    }
    double rate = rate(stamps, 0, stamps.size() - 1);
    return Figure.plain(
            "backlog-rate",
            "Events per second of these, each running one line of shell",
            String.format(Locale.ROOT, "%.1f (by tenths: %s)", rate, String.join(", ", tenths)),
            Map.of("per_second", rate))
        .wanted("≥ 80", rate >= WANTED_RATE);
  }

  private static double rate(List<Stamp> stamps, int first, int last) {
    return (last - first) / ((stamps.get(last).nanos() - stamps.get(first).nanos()) / 1e9);
  }

  private static Figure heap(double early, double late, double over) {
    return Figure.plain(
            "backlog-heap",
            "Live heap of the leader when a tenth, nine tenths, all of them are done",
            String.format(Locale.ROOT, "%.1f, %.1f, %.1f MB", early, late, over),
            Map.of("early_mb", early, "late_mb", late, "over_mb", over))
        .wanted("no growth by a tenth", late <= early * WANTED_GROWTH);
  }
}
