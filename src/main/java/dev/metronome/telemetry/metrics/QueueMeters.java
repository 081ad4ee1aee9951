package dev.metronome.telemetry.metrics;

import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.queue.QueueListener;
import dev.metronome.pipeline.queue.Receipt;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What comes into the event queue, and what is taken out of queues because it cannot be read. */
final class QueueMeters implements QueueListener {

  private final Map<Receipt, Counter> offered = new EnumMap<>(Receipt.class);
  private final Counter quarantined;

  QueueMeters(MeterRegistry registry) {
    for (Receipt receipt : Receipt.values()) {
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
  }

  @Override
  public void offered(Receipt receipt) {
    offered.get(receipt).increment();
  }

  @Override
  public void setAside(Queue queue) {
    quarantined.increment();
  }
}
