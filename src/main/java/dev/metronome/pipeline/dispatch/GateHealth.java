package dev.metronome.pipeline.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How those stand whose health a task waits for: what the route {@code health-gate} answers at each
 * look. How long it must be so, and until when, is the leader's to say.
 *
 * @param eventId which event waits
 * @param event its name
 * @param task the task's name
 * @param service of the task
 * @param nodes the nodes of the batch on which the task has succeeded, as agents call them
 * @param sick what is against them, in words; none if all is well
 * @param tooFew that too few instances are well beside the batch that is to open; absent if enough
 * @param broken whether all was well and something was not meanwhile
 */
public record GateHealth(
    String eventId,
    String event,
    String task,
    String service,
    List<String> nodes,
    List<String> sick,
    Optional<String> tooFew,
    boolean broken) {

  public GateHealth {
    nodes = List.copyOf(nodes);
    sick = List.copyOf(sick);
  }

  /** For routes: whether nothing is against the nodes. */
  public boolean isHealthy() {
    return sick.isEmpty();
  }

  /** For routes: the same, with one more thing against them. */
  public GateHealth against(String why) {
    List<String> all = new ArrayList<>(sick);
    all.add(why);
    return new GateHealth(eventId, event, task, service, nodes, all, tooFew, broken);
  }

  /** What is waited for, in words; empty if nothing is. */
  Optional<String> what() {
    return sick.isEmpty() ? tooFew : Optional.of(some(sick));
  }

  /** The first, and how many more there are. */
  static String some(List<String> sick) {
    return sick.get(0) + (sick.size() == 1 ? "" : ", and " + (sick.size() - 1) + " more");
  }
}
