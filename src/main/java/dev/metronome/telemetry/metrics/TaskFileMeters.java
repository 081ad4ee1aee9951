package dev.metronome.telemetry.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.BooleanSupplier;

/** Changes of the task files while the agent runs. */
final class TaskFileMeters implements Runnable {

  private final Counter changes;

  TaskFileMeters(MeterRegistry registry, BooleanSupplier broken) {
    this.changes =
        Counter.builder("metronome.reloads")
            .description("Times that changed task files came into force")
            .register(registry);
    Gauge.builder("metronome.task.files.broken", () -> broken.getAsBoolean() ? 1 : 0)
        .description(
            "Whether some task file cannot be used as it is; its pattern alone is affected")
        .register(registry);
  }

  @Override
  public void run() {
    changes.increment();
  }
}
