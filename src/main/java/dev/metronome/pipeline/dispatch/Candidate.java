package dev.metronome.pipeline.dispatch;

import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.Limit;
import dev.metronome.model.record.PlannedTask;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node that a task may be for, since it has the task's service and tag; what the route {@code
 * select-targets} chooses among.
 *
 * @param name as agents call it
 * @param meta {@code node_meta} of its Consul agent
 * @param condition whether anybody there can take the task
 * @param healthy whether Consul has nothing against it, not even a maintenance
 * @param why it is not for the task in spite of service and tag; absent if it is
 * @param selected whether the route has chosen it
 */
public record Candidate(
    String name,
    Map<String, String> meta,
    Condition condition,
    boolean healthy,
    Optional<String> why,
    boolean selected) {

  /** What the catalog says of a node. */
  public enum Condition {
    /** With a live agent. */
    READY,
    /** Not failed in Consul, but no agent of ours is registered and healthy there. */
    WITHOUT_AGENT,
    /** Consul itself reports the node as failed. */
    FAILED
  }

  public Candidate {
    meta = Map.copyOf(meta);
  }

  static Candidate of(String name, Map<String, String> meta, Condition condition, boolean healthy) {
    return new Candidate(name, meta, condition, healthy, Optional.empty(), false);
  }

  /** The same, not for the task for this reason. */
  Candidate without(String reason) {
    return new Candidate(name, meta, condition, healthy, Optional.of(reason), selected);
  }

  /**
   * The same, for this very task.
   *
   * @param chosen the only nodes that may run it; all, if there are none
   * @param limit of its event
   */
  Candidate judged(PlannedTask task, List<String> chosen, Optional<Limit> limit) {
    return new Candidate(
        name, meta, condition, healthy, why.or(() -> reason(task, chosen, limit)), selected);
  }

  private Optional<String> reason(PlannedTask task, List<String> chosen, Optional<Limit> limit) {
    if (!chosen.isEmpty() && !chosen.contains(name)) {
      return Optional.of(LeftOut.NOT_AGAIN);
    }
    if (limit.filter(only -> only.excludes(name)).isPresent()) {
      return Optional.of(LeftOut.NOT_LIMITED);
    }
    if (!task.leavesOut() || condition == Condition.READY) {
      return Optional.empty();
    }
    return Optional.of(condition == Condition.FAILED ? LeftOut.FAILED : LeftOut.NO_AGENT);
  }

  /**
   * Whether the task is for it, by the task's own rules: not if a retry runs on other nodes, nor if
   * {@code unreachable: skip} leaves it out.
   */
  public boolean isWanted() {
    return why.isEmpty();
  }

  /** The same, chosen. */
  public Candidate select() {
    return new Candidate(name, meta, condition, healthy, why, true);
  }
}
