package dev.metronome.telemetry.inspection;

import dev.metronome.telemetry.vitals.QueueVitals;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;

/** A queue as JMX shows it: what this agent's consumer knows of it. */
@ManagedResource(description = "Queue in Consul")
public final class ManagedQueue {

  private final QueueVitals queue;

  ManagedQueue(QueueVitals queue) {
    this.queue = queue;
  }

  @ManagedAttribute(description = "Prefix of its keys")
  public String getPrefix() {
    return queue.queue().prefix();
  }

  @ManagedAttribute(description = "Items that this agent knows to wait")
  public int getDepth() {
    return queue.depth();
  }

  @ManagedAttribute(description = "Age of the oldest of them in milliseconds; 0 if there is none")
  public long getOldestMillis() {
    return queue.oldest().toMillis();
  }
}
