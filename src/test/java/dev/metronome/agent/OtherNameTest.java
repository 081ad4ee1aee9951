package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.testing.LogLines;
import dev.metronome.testing.Member;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that is called otherwise than its Consul node says what that means. */
class OtherNameTest {

  @TempDir Path folder;

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
