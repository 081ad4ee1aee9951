package dev.metronome.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Limit;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.TaskResult;
import dev.metronome.testing.Records;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits, from a terminal, on a Consul without an agent. */
class WaitingEventsTest {

  @TempDir static Path folder;
  @AutoClose private final OneNodeCluster cluster = new OneNodeCluster();
  private final Shell shell = cluster.shell(folder);

  private void put(String key, byte[] value) {
    cluster.connection().commit(new Transaction().set(key, value));
  }

  @Test
  void an_unreadable_event_that_still_waits_is_counted_in_the_queue() {
    put(OneNodeCluster.KEYS.event(1, "w1"), Json.write(Records.event("w1")));
    put(OneNodeCluster.KEYS.event(1, "w2"), "{".getBytes(UTF_8));
    assertThat(shell.run("queue")).isZero();
    assertThat(shell.out()).contains("w1", "1 more that cannot be read; the leader sets it aside");
  }

  @Test
  void the_queue_says_what_its_events_came_with_and_no_secret() {
    Event event =
        Event.of(
            "w1",
            "deploy",
            Map.of("version", "1.4.2", "password", "hunter2"),
            Records.NOON,
            "fire",
            "root@host");
    put(
        OneNodeCluster.KEYS.event(1, "w1"),
        Json.write(event.limited(Optional.of(Limit.of("app-1")))));
    assertThat(shell.run("queue")).isZero();
    assertThat(shell.out())
        .contains("version=1.4.2", "password=********", "; limit app-1")
        .doesNotContain("hunter2");
  }

  @Test
  void what_can_be_dropped_is_proposed_and_not_what_has_ended() {
    put(OneNodeCluster.KEYS.event(1, "wait-1"), Json.write(Records.event("wait-1")));
    EventResult ended =
        EventResult.ended(Records.event("done-1"), Records.NOON, Records.NOON, Outcome.success());
    put(OneNodeCluster.KEYS.result("done-1"), Json.write(ended));
    assertThat(shell.run("queue", "drop", "wiat")).isEqualTo(3);
    assertThat(shell.err())
        .contains("no event that waits has an ID like `wiat`; waiting are wait-1 deploy")
        .doesNotContain("done-1");
    assertThat(shell.run("queue", "drop", "done")).isEqualTo(2);
    assertThat(shell.err()).contains("event done-1 does not wait any more");
    assertThat(shell.run("queue", "drop", "wait")).as(shell.err()).isZero();
  }

  @Test
  void ids_that_begin_alike_are_shown_longer() {
    for (String id : List.of("3f2a91bc-0000", "3f2a91bc-0001", "11112222-0000")) {
      String whole = id + "-4000-8000-000000000000";
      put(OneNodeCluster.KEYS.event(1, whole), Json.write(Records.event(whole)));
    }
    assertThat(shell.run("queue")).isZero();
    assertThat(shell.out()).contains("3f2a91bc-0000  ", "3f2a91bc-0001  ", "11112222-0000  ");
    assertThat(shell.run("queue", "drop", "3f2a91bc-0001")).as(shell.err()).isZero();
    assertThat(shell.run("queue")).isZero();
    assertThat(shell.out()).contains("3f2a91bc  ", "11112222  ");
  }

  @Test
  void show_says_that_a_task_waits_for_a_node_without_an_agent() {
    Plan plan = Records.plan("run-1", 1).open(Records.NOON, List.of("n1"));
    put(
        OneNodeCluster.KEYS.result("run-1"),
        Json.write(EventResult.started(plan.event(), plan.startedAt())));
    put(OneNodeCluster.KEYS.result("run-1", 0), Json.write(TaskResult.opened(plan)));
    put(OneNodeCluster.KEYS.plan(Keys.COMMON_LANE), Json.write(plan));
    assertThat(shell.run("show", "run-1")).as(shell.err()).isZero();
    assertThat(shell.out()).containsPattern("n1 .*assigned +.*no agent is running there");
  }
}
