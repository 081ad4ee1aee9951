package dev.metronome.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Under what conditions it was measured. */
final class Conditions {

  private Conditions() {}

  /** Taken before anything runs, since the load counts. */
  static Map<String, String> now(Launcher launcher) {
    Map<String, String> conditions = new LinkedHashMap<>();
    Runtime runtime = Runtime.getRuntime();
    conditions.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    conditions.put(
        "machine",
        runtime.availableProcessors()
            + " × "
            + line("/proc/cpuinfo", "model name")
            + ", memory "
            + line("/proc/meminfo", "MemTotal"));
    conditions.put(
        "system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    conditions.put(
        "jdk", System.getProperty("java.vendor") + " " + System.getProperty("java.version"));
    conditions.put("launcher", launcher.description());
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    conditions.put("load before", String.format(Locale.ROOT, "%.2f", load));
    return conditions;
  }

  private static String line(String file, String field) {
    try {
      return Files.readAllLines(Path.of(file)).stream()
          .filter(line -> line.startsWith(field))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
