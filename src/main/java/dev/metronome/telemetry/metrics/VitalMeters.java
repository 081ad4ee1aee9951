package dev.metronome.telemetry.metrics;

import dev.metronome.base.loop.Loop;
import dev.metronome.telemetry.vitals.QueueVitals;
import dev.metronome.telemetry.vitals.Vitals;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** How the agent does now. */
final class VitalMeters {

  private final Vitals vitals;
  private final MultiGauge watches;

  VitalMeters(Vitals vitals, MeterRegistry registry) {
    this.vitals = vitals;
    gauge(registry, "info", "This agent; always 1", it -> 1, "version", vitals.version());
    gauge(registry, "leader", "Whether this agent leads", it -> it.isLeader() ? 1 : 0);
    gauge(registry, "session", "Whether it holds one", it -> it.session().isPresent() ? 1 : 0);
    gauge(registry, "claims.held", "Claimed tasks that have not ended", it -> it.claims().count());
    gauge(registry, "operations.running", "Operations", it -> it.operations().running());
    gauge(
        registry,
        "loops.dead",
        "Threads that ended and must not have",
        it -> it.loops().all().stream().filter(Loop::isDead).count());
    vitals.queues().forEach(queue -> bind(registry, queue));
    this.watches =
        MultiGauge.builder("metronome.watch.age")
            .description("Time since a watch last got round")
            .baseUnit("seconds")
            .register(registry);
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      String text,
      ToDoubleFunction<Vitals> value,
      String... tags) {
    Gauge.builder("metronome." + name, vitals, value)
        .description(text)
        .tags(tags)
        .register(registry);
  }

  private static void bind(MeterRegistry registry, QueueVitals queue) {
    Gauge.builder("metronome.queue.depth", queue, QueueVitals::depth)
        .description("Items that this agent knows to wait")
        .tag("queue", queue.name())
        .register(registry);
    Gauge.builder("metronome.queue.oldest", queue, it -> it.oldest().toMillis() / 1_000.0)
        .description("Age of the oldest of them")
        .baseUnit("seconds")
        .tag("queue", queue.name())
        .register(registry);
  }

  /** Watches come and go with leadership. */
  void refresh() {
    watches.register(
        vitals.loops().all().stream()
            .filter(loop -> loop.kind() == Loop.Kind.WATCH)
            .map(loop -> row(loop))
            .collect(Collectors.toList()),
        true);
  }

  private static MultiGauge.Row<Loop> row(Loop loop) {
    return MultiGauge.Row.of(
        Tags.of("watch", loop.name()), loop, it -> it.age().toMillis() / 1_000.0);
  }
}
