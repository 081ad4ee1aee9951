package dev.metronome.telemetry.inspection;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.metronome.base.loop.Loop;
import dev.metronome.telemetry.vitals.Vitals;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;

/** The agent as JMX shows it. Reading an attribute sends nothing to Consul. */
@ManagedResource(description = "Agent of Metronome")
public final class ManagedAgent {

  private final Vitals vitals;

  ManagedAgent(Vitals vitals) {
    this.vitals = vitals;
  }

  @ManagedAttribute(description = "Name of this node")
  public String getNode() {
    return vitals.node();
  }

  @ManagedAttribute(description = "Version of this agent")
  public String getVersion() {
    return vitals.version();
  }

  @ManagedAttribute(description = "Whether this agent leads")
  public boolean isLeader() {
    return vitals.isLeader();
  }

  @ManagedAttribute(description = "The session whose lock is its term of leadership; else empty")
  public String getTerm() {
    return vitals.term().orElse("");
  }

  @ManagedAttribute(description = "What the holder of the leader lock says of itself; else empty")
  public String getLeaderSays() {
    return vitals.leadership().holder().map(bytes -> new String(bytes, UTF_8)).orElse("");
  }

  @ManagedAttribute(description = "The session in Consul; empty if there is none")
  public String getSession() {
    return vitals.session().orElse("");
  }

  @ManagedAttribute(description = "Claimed tasks that have not ended")
  public int getClaimsHeld() {
    return vitals.claims().count();
  }

  @ManagedAttribute(description = "Operations that run now")
  public int getOperationsRunning() {
    return vitals.operations().running();
  }

  @ManagedAttribute(description = "Types of the operations that run now, with commas between them")
  public String getRunningOperations() {
    return String.join(", ", vitals.operations().runningTypes());
  }

  @ManagedAttribute(description = "Milliseconds since each watch last got round")
  public Map<String, Long> getWatchAgeMillis() {
    Map<String, Long> ages = new TreeMap<>();
    vitals.loops().all().stream()
        .filter(loop -> loop.kind() == Loop.Kind.WATCH)
        .forEach(loop -> ages.put(loop.name(), loop.age().toMillis()));
    return ages;
  }

  @ManagedAttribute(description = "Threads that ended and must not have, with commas between them")
  public String getDeadLoops() {
    return String.join(
        ", ", vitals.loops().all().stream().filter(Loop::isDead).map(Loop::toString).toList());
  }
}
