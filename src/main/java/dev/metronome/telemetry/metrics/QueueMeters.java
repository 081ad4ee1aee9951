package dev.metronome.telemetry.metrics;

import dev.metronome.pipeline.queue.Queue;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What comes into the event queue, and what is taken out of queues because it cannot be read. */
final class QueueMeters implements Queue.Listener {

  private final Map<Queue.Receipt, Counter> offered = new EnumMap<>(Queue.Receipt.class);
  private final Counter quarantined;
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicInteger blocked = new AtomicInteger();
  private final AtomicInteger frozen = new AtomicInteger();

  QueueMeters(MeterRegistry registry) {
    for (Queue.Receipt receipt : Queue.Receipt.values()) {
      offered.put(
          receipt,
          Counter.builder("metronome.offered")
              .description("Events that this agent offered to the event queue")
              .tag("receipt", receipt.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    this.quarantined =
        Counter.builder("metronome.quarantined")
            .description("Unreadable records that this agent took out of queues")
            .register(registry);
    Gauge.builder("metronome.held", held, AtomicInteger::get)
        .description("Events, and items of other queues, that a route fails on again and again")
        .register(registry);
    Gauge.builder("metronome.blocked", blocked, AtomicInteger::get)
        .description(
            "Events that wait and may not begin, by their windows or a freeze; of the leader")
        .register(registry);
    Gauge.builder("metronome.frozen", frozen, AtomicInteger::get)
        .description("Freezes that stand, as the leader knows them")
        .register(registry);
  }

  @Override
  public void blocked(int events) {
    blocked.set(events);
  }

  /** So many freezes stand. */
  void frozen(int freezes) {
    frozen.set(freezes);
  }

  @Override
  public void offered(Queue.Receipt receipt) {
    offered.get(receipt).increment();
  }

  @Override
  public void held(int items) {
    held.set(items);
  }

  @Override
  public void setAside(Queue queue) {
    quarantined.increment();
  }
}
