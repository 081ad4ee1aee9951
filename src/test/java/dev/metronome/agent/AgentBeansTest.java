package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What JMX shows of a whole agent. */
class AgentBeansTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
  @TempDir Path folder;
  private Path go;
  private AgentCluster cluster;
  private Agent agent;

  @BeforeEach
  void start() throws Exception {
    go = folder.resolve("go");
    cluster =
        new AgentCluster(folder)
            .pattern(
                """
                events: {deploy: {task: wait}}
                tasks:
                  wait:
                    operations:
                      - execute: {script: 'until [ -e %s ]; do sleep 0.05; done'}
                """
                    .formatted(go));
    agent = cluster.started("a");
    await().atMost(PATIENCE).until(agent::isLeader);
  }

  @AfterEach
  void close() throws Exception {
    Files.writeString(go, "");
    cluster.close();
  }

  private Object read(String bean, String attribute) throws Exception {
    return beans.getAttribute(new ObjectName("dev.metronome:" + bean), attribute);
  }

  private Object agent(String attribute) throws Exception {
    return read("type=Agent,node=\"a\"", attribute);
  }

  private Object queue(String name, String attribute) throws Exception {
    return read("type=Queue,node=\"a\",name=" + name, attribute);
  }

  @Test
  void it_shows_leader_session_and_watches() throws Exception {
    String session = cluster.operator.get("metronome/leader").orElseThrow().session().orElseThrow();

    assertThat(agent("Node")).isEqualTo("a");
    assertThat(agent("Version")).isEqualTo("test");
    assertThat(agent("Leader")).isEqualTo(true);
    assertThat(agent("Term")).isEqualTo(session);
    assertThat(agent("Session")).isEqualTo(session);
    await().atMost(PATIENCE).until(() -> agent("LeaderSays").toString().contains("\"a\""));
    assertThat(agent("DeadLoops")).isEqualTo("");
    Map<?, ?> ages = (Map<?, ?>) agent("WatchAgeMillis");
    assertThat(ages.containsKey("metronome/nodes/a/")).isTrue();
    assertThat(ages.values()).allSatisfy(age -> assertThat((Long) age).isBetween(0L, 100_000L));
  }

  @Test
  void it_shows_what_runs_and_what_waits() throws Exception {
    assertThat(agent("ClaimsHeld")).isEqualTo(0);

    cluster.fire("e1", "deploy");
    cluster.fire("e2", "deploy");

    await().atMost(PATIENCE).until(() -> agent("RunningOperations").equals("execute"));
    assertThat(agent("OperationsRunning")).isEqualTo(1);
    assertThat(agent("ClaimsHeld")).isEqualTo(1);
    for (String each : List.of("node-queue", "progress-task-queue", "event-queue")) {
      await().atMost(PATIENCE).until(() -> queue(each, "Depth").equals(1)); // as its watch sees it
    }
    await().atMost(PATIENCE).until(() -> (long) queue("event-queue", "OldestMillis") > 100);
    assertThat(queue("event-queue", "Prefix")).isEqualTo("metronome/event_queue/");

    Files.writeString(go, "");
    cluster.ended("e2");
    await().atMost(PATIENCE).until(() -> agent("ClaimsHeld").equals(0));
    await().atMost(PATIENCE).until(() -> queue("event-queue", "OldestMillis").equals(0L));
  }

  @Test
  void an_agent_that_is_closed_takes_its_beans_along() throws Exception {
    agent.close();

    assertThat(beans.queryNames(new ObjectName("dev.metronome:*"), null)).isEmpty();
  }
}
