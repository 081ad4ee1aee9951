package dev.metronome.pipeline.dispatch;

import dev.metronome.model.record.HealthGate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** One gate of health: what each leader that looked at it has seen, and what that allows. */
final class GateJudge {

  /**
   * @param leader which one looked, by number
   * @param checks the names of those that there were
   */
  private record Look(int leader, Duration at, boolean well, Set<String> checks) {}

  private final HealthGate gate;
  private final Duration began;
  private final List<String> nodes;
  private final List<Look> looks = new ArrayList<>();

  /**
   * @param nodes those that must be well
   */
  GateJudge(HealthGate gate, Duration began, List<String> nodes) {
    this.gate = gate;
    this.began = began;
    this.nodes = nodes;
  }

  void look(int leader, Duration at, TierHealth health, String service) {
    boolean well = nodes.stream().allMatch(node -> health.isWell(node, service));
    looks.add(new Look(leader, at, well, health.names(nodes, service)));
  }

  /** Whether the newest leader has seen all well for so long, without a break. */
  boolean isPassed(Duration now) {
    if (nodes.isEmpty()) {
      return true;
    }
    Duration since = null;
    for (int i = looks.size() - 1; i >= 0; i--) {
      Look look = looks.get(i);
      Look newest = looks.get(looks.size() - 1);
      if (!look.well || look.leader != newest.leader || !look.checks.equals(newest.checks)) {
        break;
      }
      since = look.at;
    }
    return since != null && now.minus(since).compareTo(Duration.ofSeconds(gate.forSeconds())) >= 0;
  }

  boolean isOver(Duration now) {
    return now.minus(began).compareTo(Duration.ofSeconds(gate.withinSeconds())) >= 0;
  }
}
