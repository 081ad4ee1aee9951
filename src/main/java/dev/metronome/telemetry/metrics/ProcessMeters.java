package dev.metronome.telemetry.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** This process, under the names that Prometheus gives to such things. */
final class ProcessMeters {

  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMeters() {}

  static void bind(MeterRegistry registry) {
    Gauge.builder("process.resident.memory.bytes", ProcessMeters::residentBytes)
        .description("Resident memory of this agent")
        .register(registry);
    Gauge.builder("process.start.time.seconds", ProcessMeters::startSeconds)
        .description("When this agent started, since 1970")
        .register(registry);
    Gauge.builder("metronome.heap.used.bytes", ProcessMeters::heapBytes)
        .description("Heap in use, garbage included")
        .register(registry);
  }

  private static double startSeconds() {
    return ManagementFactory.getRuntimeMXBean().getStartTime() / 1_000.0;
  }

  private static double heapBytes() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Not a number where there is no /proc. */
  private static double residentBytes() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1_024)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}
