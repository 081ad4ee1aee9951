package dev.metronome.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Memory of the largest agent, after whatever was measured before. */
final class Footprint {

  private static final double WANTED = 110;

  private Footprint() {}

  static List<Figure> measure(Lab lab) throws IOException, InterruptedException {
    Fleet fleet = lab.agents(Fleet.Path.DIRECT);
    double resident = fleet.largest("VmRSS");
    double peak = fleet.largest("VmHWM");
    return List.of(
        Figure.plain(
                "memory",
                "Resident memory of the largest agent, after the events above",
                String.format(Locale.ROOT, "%.0f MB, at its highest %.0f MB", resident, peak),
                Map.of("rss_mb", resident, "peak_mb", peak))
            .wanted("≤ 110 MB", resident <= WANTED)
            .original("14 MB"));
  }
}
