package dev.metronome.pipeline.dispatch;

import static dev.metronome.testing.Records.filtered;
import static dev.metronome.testing.Records.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Catalog;
import dev.metronome.consul.NodeHealth;
import dev.metronome.consul.NodeHealth.State;
import dev.metronome.testing.NodeStates;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In which states a node runs tasks; whoever judges a node comes to the same. */
class NodeHealthTest {

  @AutoClose private final Leader leader = new Leader();
  private Catalog catalog;
  private Targets targets;

  @BeforeEach
  void nodes() {
    catalog = new Catalog(leader.connection);
    targets = new Targets(catalog, new LiveAgents(catalog), leader.known);
    leader.agent("a");
    leader.service("a", "db", "db", null);
  }

  private void assertRuns(State state, String note) {
    assertJudged("a", new NodeHealth(state, Optional.ofNullable(note)));
    assertThat(targets.resolve(filtered(0, "t", "db", null)).ready()).containsExactly("a");
    assertThat(targets.resolve(task(0, "t")).ready()).containsExactly("a");
    assertThat(targets.failedAmong(List.of("a"))).isEmpty();
  }

  private void assertJudged(String node, NodeHealth health) {
    assertThat(catalog.nodes()).containsEntry(node, health);
    assertThat(catalog.health(node)).hasValue(health);
    assertThat(catalog.instances("db", Optional.empty()))
        .filteredOn(instance -> instance.node().equals(node))
        .extracting(Catalog.Instance::health)
        .containsExactly(health);
  }

  @Test
  void a_node_without_critical_checks_runs_tasks() {
    assertRuns(State.ALIVE, null);
  }

  @Test
  void a_node_in_maintenance_runs_tasks_and_says_why_it_is() {
    NodeStates.maintain(leader.consul, "a", "a new kernel");

    assertRuns(State.MAINTENANCE, "a new kernel");
    NodeStates.endMaintenance(leader.consul, "a");
    assertRuns(State.ALIVE, null);
  }

  @Test
  void a_maintenance_without_a_reason_has_none() {
    NodeStates.maintain(leader.consul, "a", "");

    assertRuns(State.MAINTENANCE, null);
  }

  @Test
  void a_node_with_a_full_disk_runs_tasks() {
    NodeStates.criticalCheck(leader.consul, "a", "disk");

    assertRuns(State.CRITICAL, "disk");
  }

  @Test
  void only_serf_says_that_a_node_has_failed_whatever_else_is_wrong() {
    NodeStates.criticalCheck(leader.consul, "a", "disk");
    NodeStates.maintain(leader.consul, "a", "a new kernel");
    leader.consul.fail("a");

    assertJudged("a", new NodeHealth(State.FAILED, Optional.empty()));
    assertThat(targets.resolve(filtered(0, "t", "db", null)).failed()).containsExactly("a");
    assertThat(targets.resolve(task(0, "t")).failed()).containsExactly("a");
    assertThat(targets.failedAmong(List.of("a"))).containsExactly("a");
  }

  @Test
  void a_node_of_the_catalog_only_has_not_failed() {
    NodeStates.catalogOnly(leader.consul, "outside", "db");

    assertJudged("outside", NodeHealth.ALIVE);
    assertThat(targets.resolve(filtered(0, "t", "db", null)).withoutAgent())
        .containsExactly("outside");
    assertThat(targets.failedAmong(List.of("outside"))).isEmpty();
  }

  @Test
  void a_node_that_the_catalog_does_not_know_takes_no_task() {
    assertThat(catalog.health("gone")).isEmpty();
    assertThat(targets.failedAmong(List.of("gone"))).containsExactly("gone");
  }
}
