package dev.metronome.state;

import static dev.metronome.state.ViewedCluster.KEYS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Format;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Presence;
import dev.metronome.testing.NodeStates;
import dev.metronome.testing.Records;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How nodes stand. */
class NodeViewTest {
  @AutoClose private final ViewedCluster viewed = new ViewedCluster();

  @Test
  void a_node_whose_files_differ_from_the_leaders_stands_out() {
    viewed.lead("n1");
    viewed.agent("n1", Map.of("web", ViewedCluster.pattern("a"), "db", ViewedCluster.pattern("b")));
    viewed.agent(
        "n2", Map.of("web", ViewedCluster.pattern("c"), "more", ViewedCluster.pattern("d")));
    viewed.consul().agent("n3");

    List<NodeView> nodes = viewed.nodes();
    assertThat(nodes).extracting(NodeView::node).containsExactly("n1", "n2", "n3");
    assertThat(nodes.get(0).role()).isEqualTo(NodeView.Role.LEADER);
    assertThat(nodes.get(0).differences()).isEmpty();
    assertThat(nodes.get(0).consul()).isEqualTo(NodeView.Health.ALIVE);
    assertThat(nodes.get(1).differences())
        .containsExactlyInAnyOrder(
            new NodeView.Difference("db", NodeView.Difference.Kind.MISSING),
            new NodeView.Difference("web", NodeView.Difference.Kind.OTHER),
            new NodeView.Difference("more", NodeView.Difference.Kind.ADDITIONAL));
    assertThat(nodes.get(2).agent()).isEqualTo(NodeView.Life.NONE);
  }

  @Test
  void a_node_in_maintenance_or_with_a_critical_check_is_not_failed_and_says_why() {
    NodeStates.maintain(viewed.consul(), "n1", "a new kernel");
    NodeStates.criticalCheck(viewed.consul(), "n2", "disk");
    NodeStates.catalogOnly(viewed.consul(), "n3", "db");
    viewed.consul().agent("n4");
    viewed.consul().fail("n4");

    assertThat(viewed.nodes())
        .extracting(node -> node.node() + " " + node.consul().word() + node.consulNote())
        .containsExactly(
            "n1 maintenanceOptional[a new kernel]",
            "n2 criticalOptional[disk]",
            "n3 aliveOptional.empty",
            "n4 failedOptional.empty");
  }

  @Test
  void a_node_tells_what_it_does_and_a_presence_without_lock_is_gone() {
    viewed.agent("n1", Map.of());
    Plan plan = viewed.running("e1");
    viewed.lock(Records.claim(KEYS, 1, "e1", 1, "n1"), viewed.claimed(plan, "n1"));
    viewed.set(
        KEYS.presence("n2"),
        new Presence(
            Format.CURRENT,
            "n2",
            "1.0",
            "h",
            7,
            Records.NOON,
            "n2/1",
            Map.of(),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            List.of(),
            List.of()));
    List<NodeView> nodes = viewed.nodes();
    assertThat(nodes.get(0).doing().orElseThrow().status()).isEqualTo(State.INPROGRESS);
    assertThat(nodes.get(1).agent()).isEqualTo(NodeView.Life.GONE);
    assertThat(nodes.get(1).doing().orElseThrow().status()).isEqualTo(State.ASSIGNED);
  }
}
