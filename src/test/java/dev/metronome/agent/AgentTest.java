package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.Catalog;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.pipeline.membership.NameTakenException;
import dev.metronome.testing.Background;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.camel.ServiceStatus;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole agents, with the routes of the jar. */
class AgentTest {

  @TempDir Path folder;
  @AutoClose private AgentCluster cluster;
  private Path go;

  @BeforeEach
  void start() throws Exception {
    go = folder.resolve("go");
    cluster = new AgentCluster(folder);
    cluster.pattern(
        """
                events:
                  deploy:
                    ordered_tasks:
                      - task: first
                      - task: second
                  failing:
                    ordered_tasks:
                      - task: fails
                      - task: second
                  greeting:
                    task: greet
                  holding:
                    task: hold
                tasks:
                  greet:
                    operations:
                      - echo:
                          text: hello
                  hold:
                    operations:
                      - execute:
                          script: until [ -e %2$s ]; do sleep 0.05; done
                  first:
                    operations:
                      - execute:
                          script: |
                            echo "$METRONOME_NODE first start" >> %1$s
                            sleep 0.1
                            echo "$METRONOME_NODE first end" >> %1$s
                  second:
                    operations:
                      - echo:
                          text: on every node
                      - execute:
                          script: echo "$METRONOME_NODE second start" >> %1$s
                  fails:
                    operations:
                      - execute:
                          script: exit 3
                """
            .formatted(cluster.written, go));
  }

  @Test
  void an_ordered_event_runs_once_on_each_node_and_in_order() throws Exception {
    cluster.started("a");
    cluster.started("b");
    cluster.awaitTogether("greeting", "a", "b");

    cluster.fire("e1", "deploy");

    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(cluster.runs().subList(0, 4))
        .containsExactlyInAnyOrder("a first start", "b first start", "a first end", "b first end");
    assertThat(cluster.runs().subList(4, 6))
        .containsExactlyInAnyOrder("a second start", "b second start");
    assertThat(cluster.runs()).hasSize(6);
    assertThat(cluster.text("metronome/results/e1/1/a/log")).contains("on every node");
    assertThat(cluster.text("metronome/progress_task_queue/common")).doesNotContain("Event");
    assertThat(cluster.keys("metronome/claims/")).isEmpty();
    assertThat(cluster.keys("metronome/event_queue/")).isEmpty();
    assertThat(cluster.keys("metronome/nodes/"))
        .containsExactly(
            "metronome/nodes/a/agent",
            "metronome/nodes/a/task.common",
            "metronome/nodes/b/agent",
            "metronome/nodes/b/task.common");
    assertThat(cluster.text("metronome/nodes/a/task.common")).isEmpty();
    assertThat(cluster.text("metronome/nodes/b/task.common")).isEmpty();
  }

  @Test
  void many_events_end_each_once_and_one_after_another() throws Exception {
    cluster.started("a");

    for (int i = 0; i < 5; i++) {
      cluster.fire("e" + i, "deploy");
    }

    for (int i = 0; i < 5; i++) {
      assertThat(cluster.ended("e" + i).status()).isEqualTo(Status.SUCCESS);
    }
    assertThat(cluster.runs()).hasSize(15);
    for (int i = 0; i < 5; i++) {
      assertThat(cluster.runs().subList(3 * i, 3 * i + 3))
          .containsExactly("a first start", "a first end", "a second start");
    }
  }

  @Test
  void a_failing_task_drops_the_rest() throws Exception {
    cluster.started("a");

    cluster.fire("e1", "failing");

    assertThat(cluster.ended("e1").status()).isEqualTo(Status.ERROR);
    assertThat(cluster.ended("e1").message().orElseThrow())
        .contains("on a")
        .contains("exit code 3");
    assertThat(cluster.runs()).isEmpty();
  }

  @Test
  void an_event_that_nobody_defines_is_skipped() throws Exception {
    cluster.started("a");

    cluster.fire("e1", "unheard-of");

    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SKIP);
    assertThat(cluster.ended("e1").reason()).hasValue(Reason.UNDEFINED);
  }

  @Test
  void an_event_that_only_another_agent_defines_ends_as_error_that_names_both() throws Exception {
    String own = Files.readString(folder.resolve("web/task.yml"));
    Agent leader = cluster.started("a");
    await().until(leader::isLeader);
    cluster.pattern(own.replace("  deploy:", "  newer:"));
    cluster.started("b");
    await().until(() -> cluster.text("metronome/nodes/b/agent").contains("newer"));

    cluster.fire("e1", "newer");

    assertThat(cluster.ended("e1").reason()).hasValue(Reason.MISMATCH);
    assertThat(cluster.ended("e1").message().orElseThrow())
        .contains("defined on b")
        .contains("the leader a");
  }

  @Test
  void a_node_without_the_task_ends_as_error_that_names_the_file() throws Exception {
    String own = Files.readString(folder.resolve("web/task.yml"));
    Agent leader = cluster.started("a");
    await().until(leader::isLeader);
    cluster.pattern(own.replace("second", "other"));
    cluster.started("b");
    cluster.awaitTogether("greeting", "a", "b");

    cluster.fire("e1", "deploy");

    assertThat(cluster.ended("e1").message().orElseThrow())
        .contains("on b")
        .contains("web/task.yml")
        .contains("second");
  }

  @Test
  void a_leader_that_is_closed_hands_over_at_once_and_not_when_it_has_gone() throws Exception {
    cluster.flag("grace-period", "10m");
    Agent first = cluster.started("a");
    await().until(first::isLeader);
    Agent second = cluster.started("b");
    cluster.awaitTogether("greeting", "a", "b");
    cluster.fire("e0", "holding");
    await().until(() -> cluster.text("metronome/results/e0/0/a").contains("inprogress"));

    Thread closing = Background.run(first::close);

    await().until(second::isLeader);
    assertThat(closing.isAlive()).as("it waits for its task").isTrue();
    Files.createFile(go);
    assertThat(cluster.ended("e0").status()).isEqualTo(Status.SUCCESS);
    closing.join();
    cluster.fire("e1", "deploy");
    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void a_closed_agent_leaves_nothing_of_itself_in_consul() throws Exception {
    Agent agent = cluster.started("a");
    await().until(agent::isLeader);

    agent.close();

    assertThat(cluster.keys("metronome/nodes/")).isEmpty();
    assertThat(cluster.operator.get("metronome/leader").filter(e -> e.isLocked())).isEmpty();
    assertThat(new Catalog(cluster.operator).instances("metronome", Optional.empty())).isEmpty();
  }

  @Test
  void a_second_agent_of_the_same_name_is_refused_and_told_by_whom() throws Exception {
    cluster.started("a");
    await().until(() -> cluster.operator.get("metronome/nodes/a/agent").isPresent());

    assertThatThrownBy(() -> cluster.started("a"))
        .isInstanceOf(NameTakenException.class)
        .hasMessageContaining("process " + ProcessHandle.current().pid());

    cluster.fire("e1", "deploy");
    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void every_route_of_the_jar_is_started() throws Exception {
    Agent agent = cluster.started("a");

    assertThat(agent.context().getRoutes()).hasSizeGreaterThanOrEqualTo(11);
    assertThat(agent.context().getRoutes())
        .allMatch(
            route ->
                agent.context().getRouteController().getRouteStatus(route.getRouteId())
                    == ServiceStatus.Started);
  }

  @Test
  void an_agent_survives_the_loss_of_its_session() throws Exception {
    Agent agent = cluster.started("a");
    await().until(agent::isLeader);

    cluster.operator.endSession(
        cluster.operator.get("metronome/leader").orElseThrow().session().orElseThrow());

    cluster.fire("e1", "deploy");
    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
    await() // with the new session; the event may have been the sooner
        .until(() -> cluster.operator.get("metronome/nodes/a/agent").orElseThrow().isLocked());
  }
}
