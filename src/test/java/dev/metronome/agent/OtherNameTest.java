package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.model.record.Keys;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.Member;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that is called otherwise than its Consul node says what that means. */
class OtherNameTest {

  @TempDir Path folder;

  @Test
  void a_name_that_not_every_consul_takes_in_a_key_is_refused() throws Exception {
    try (AgentCluster cluster = new AgentCluster(folder).pattern(AgentCluster.NOTHING)) {
      for (String name : List.of("a:b", "a.", "a..b", "a b", "größe")) {
        assertThatThrownBy(() -> cluster.flag("node", name).started("a"))
            .hasMessageContaining(Keys.SEGMENT_RULE)
            .hasMessageContaining("--node");
      }
    }
  }

  @Test
  void it_names_the_agents_beside_it_that_would_run_the_same_tasks() throws Exception {
    try (AgentCluster cluster = new AgentCluster(folder).pattern(AgentCluster.NOTHING);
        LogLines log = LogLines.of(NodeName.class)) {
      cluster.started("a").close();
      assertThat(log.lines()).isEmpty();

      cluster.flag("node", "first").started("a");
      assertThat(log.taken())
          .containsExactly(
              "WARNING node=first is not what Consul calls this node, a: tasks for services of a"
                  + " run here as long as no other agent is beside it; leave --node out to be"
                  + " sure");

      Agent second = cluster.flag("node", "second").started("a");
      assertThat(log.taken()).singleElement().asString().contains("this one and first, so more");
      second.close();

      try (Member named = Member.joined(cluster.consul, "a")) {
        assertThat(named.session()).isNotEmpty();
        cluster.flag("node", "third").started("a");
        assertThat(log.taken()).singleElement().asString().contains("never on this one");
      }
    }
  }
}
