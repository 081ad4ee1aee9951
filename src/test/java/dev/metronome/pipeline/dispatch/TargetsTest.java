package dev.metronome.pipeline.dispatch;

import static dev.metronome.testing.Records.filtered;
import static dev.metronome.testing.Records.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Catalog;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which nodes a task is for. */
class TargetsTest {

  @AutoClose private final Leader leader = new Leader();
  private Targets targets;

  @BeforeEach
  void nodes() {
    Catalog catalog = new Catalog(leader.connection);
    targets = new Targets(catalog, new LiveAgents(catalog), leader.known);
    leader.agent("a");
    leader.agent("b");
    leader.service("a", "db", "first", "primary");
    leader.service("a", "db", "second", "standby");
    leader.service("b", "db", "first", "standby");
    leader.service("c", "db", "first", "standby");
  }

  @Test
  void without_a_filter_every_node_with_a_live_agent() {
    assertThat(targets.resolve(task(0, "t")))
        .isEqualTo(new Targets.Resolution(List.of("a", "b"), List.of(), List.of()));
  }

  @Test
  void with_a_service_the_nodes_that_have_it_each_once() {
    assertThat(targets.resolve(filtered(0, "t", "db", null)))
        .isEqualTo(new Targets.Resolution(List.of("a", "b"), List.of("c"), List.of()));
  }

  @Test
  void with_a_tag_the_nodes_whose_service_has_it() {
    assertThat(targets.resolve(filtered(0, "t", "db", "primary")).ready()).containsExactly("a");
    assertThat(targets.found(filtered(0, "t", "db", "nothing"))).isEmpty();
  }

  @Test
  void a_filter_means_the_name_of_a_service_not_its_id() {
    assertThat(targets.found(filtered(0, "t", "first", null))).isEmpty();
  }

  @Test
  void a_node_that_consul_reports_as_failed_is_named_apart() {
    leader.consul.fail("b");

    assertThat(targets.resolve(filtered(0, "t", "db", null)))
        .isEqualTo(new Targets.Resolution(List.of("a"), List.of("c"), List.of("b")));
    assertThat(targets.failedAmong(List.of("a", "b", "unknown"))).containsExactly("b", "unknown");
  }

  @Test
  void an_agent_with_a_name_of_its_own_stands_for_its_consul_node() {
    leader.service("c", "metronome", "metronome-other-name", null);

    assertThat(targets.resolve(filtered(0, "t", "db", null)).ready())
        .containsExactly("a", "b", "other-name");
  }

  @Test
  void an_agent_with_a_name_of_its_own_is_judged_by_its_consul_node() {
    leader.service("c", "metronome", "metronome-other-name", null);

    assertThat(targets.failedAmong(List.of("other-name"))).isEmpty();
    leader.consul.fail("c");
    assertThat(targets.failedAmong(List.of("other-name"))).containsExactly("other-name");
  }
}
