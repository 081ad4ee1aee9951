package dev.metronome.telemetry.inspection;

import dev.metronome.telemetry.vitals.QueueVitals;
import dev.metronome.telemetry.vitals.Vitals;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ManagementAgent;

/** Puts the agent's managed beans beside Camel's own; Camel takes them away when it stops. */
public final class ManagedBeans {

  /** Where they stand: {@code dev.metronome:type=Agent,node=NODE} and so on. */
  public static final String DOMAIN = "dev.metronome";

  private ManagedBeans() {}

  /** Does nothing where JMX is switched off. */
  public static void register(CamelContext context, Vitals vitals) {
    ManagementAgent agent = context.getManagementStrategy().getManagementAgent();
    if (agent == null) {
      return;
    }
    String node = ObjectName.quote(vitals.node());
    try {
      agent.register(new ManagedAgent(vitals), new ObjectName(DOMAIN + ":type=Agent,node=" + node));
      for (QueueVitals queue : vitals.queues()) {
        agent.register(
            new ManagedQueue(queue),
            new ObjectName(DOMAIN + ":type=Queue,node=" + node + ",name=" + queue.name()));
      }
    } catch (JMException e) {
      throw new IllegalStateException("the managed beans of the agent cannot be registered", e);
    }
  }
}
