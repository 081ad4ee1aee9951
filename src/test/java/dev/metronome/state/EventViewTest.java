package dev.metronome.state;

import static dev.metronome.state.ViewedCluster.KEYS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.EndedNodes;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.TaskResult;
import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How one event stands. */
class EventViewTest {
  @AutoClose private final ViewedCluster viewed = new ViewedCluster();
  private final Viewer viewer = viewed.viewer();

  @Test
  void an_empty_cluster_has_nothing_to_show() {
    ClusterView cluster = viewer.cluster();
    assertThat(cluster.leader()).isEmpty();
    assertThat(cluster.agents()).isEmpty();
    assertThat(cluster.queue()).isEqualTo(new QueueView(0, List.of()));
    assertThat(cluster.running()).isEmpty();
    assertThat(viewer.events(EventQuery.newest(5)).events()).isEmpty();
    assertThat(viewer.event("nobody")).isEmpty();
    assertThat(viewer.ids("")).isEmpty();
  }

  @Test
  void an_event_is_shown_with_tasks_nodes_and_what_is_still_to_come() throws Exception {
    Plan plan = viewed.running("e1");
    viewed.set(KEYS.result("e1", 1, "n1"), NodeResult.of(viewed.claimed(plan, "n1")));
    viewed.log(KEYS.log("e1", 1, "n1"), "hello");

    EventView event = viewer.event("e1").orElseThrow();
    assertThat(event.tasks())
        .extracting(TaskView::no, TaskView::status)
        .containsExactly(
            tuple(0, State.WAITING), tuple(1, State.INPROGRESS), tuple(2, State.WAITING));
    assertThat(event.tasks()).extracting(TaskView::pattern).containsOnly(Optional.of("web"));
    JsonNode json = Json.mapper().readTree(Json.write(event));
    assertThat(json.get("ID").asText()).isEqualTo("e1");
    assertThat(json.at("/Tasks/1/Nodes/0/Status").asText()).isEqualTo("inprogress");
    assertThat(json.at("/Tasks/1/Nodes/1/Status").asText()).isEqualTo("assigned");
    assertThat(viewer.log("e1", 1, "n1")).contains("hello");
    assertThat(viewer.log("e1", 1, "n2")).isEmpty();
  }

  @Test
  void a_beginning_finds_events_that_wait_and_that_have_a_result() {
    viewed.set(KEYS.result("abc-1"), ViewedCluster.ended("abc-1", Records.NOON, Outcome.success()));
    viewed.set(KEYS.result("abc-1", 0), TaskResult.opened(Records.plan("abc-1", 1)));
    viewed.accept(Records.event("abc-2"));
    viewed.set(KEYS.result("abd"), ViewedCluster.ended("abd", Records.NOON, Outcome.success()));
    assertThat(viewer.ids("abc")).containsExactly("abc-1", "abc-2");
  }

  @Test
  void a_node_that_was_left_out_stands_in_its_task_as_skipped_and_is_counted() {
    Plan plan =
        Records.plan("e1", 1)
            .open(Records.NOON, List.of("n1"), LeftOut.all(List.of("n2"), LeftOut.NO_AGENT));
    viewed.set(KEYS.plan(Keys.COMMON_LANE), plan);
    viewed.set(KEYS.result("e1"), EventResult.started(plan.event(), plan.startedAt()));
    viewed.set(KEYS.result("e1", 0), TaskResult.opened(plan));

    TaskView task = viewer.event("e1").orElseThrow().tasks().get(0);
    assertThat(task.leftOut()).hasValue("1 of 2; n2 left out: no agent");
    assertThat(task.in(State.SKIP)).extracting(NodeRun::node).containsExactly("n2");
    assertThat(task.in(State.SKIP).get(0).message()).hasValue("left out: no agent");
    TaskView running = viewer.cluster().running().orElseThrow().task();
    assertThat(running.leftOut()).isEqualTo(task.leftOut());
    assertThat(running.nodes()).extracting(NodeRun::node).containsExactly("n1", "n2");
  }

  @Test
  void a_node_of_a_task_in_batches_says_in_which_it_is() {
    viewed.lead("n1");
    Plan plan =
        Records.plan("e1", 1)
            .openInBatches(
                Records.NOON, List.of(List.of("n3"), List.of("n1", "n2"), List.of("n4")), List.of())
            .openBatch(Records.NOON.plusSeconds(60), EndedNodes.NONE);
    viewed.set(KEYS.plan(Keys.COMMON_LANE), plan);
    viewed.set(KEYS.result("e1"), EventResult.started(plan.event(), plan.startedAt()));
    viewed.set(KEYS.result("e1", 0), TaskResult.opened(plan));

    TaskView task = viewer.event("e1").orElseThrow().tasks().get(0);
    assertThat(task.nodes())
        .extracting(NodeRun::node, NodeRun::batch)
        .containsExactly(
            tuple("n1", Optional.of(2)), tuple("n2", Optional.of(2)), tuple("n3", Optional.of(1)));
    assertThat(viewer.cluster().running().orElseThrow().task().nodes())
        .extracting(NodeRun::batch, NodeRun::until)
        .as("each batch has the leader's whole patience")
        .contains(tuple(Optional.of(2), Optional.of(Records.NOON.plusSeconds(60 + 120))));
  }

  @Test
  void how_the_nodes_of_an_ended_batch_stand_the_plan_says() {
    viewed.lead("n1");
    Outcome failed = Outcome.error(Reason.FAILED, "exit status 1");
    Outcome skipped = Outcome.skip(Reason.UNREACHABLE, "left out: no agent");
    Map<String, Outcome> ends = Map.of("n1", failed, "n2", Outcome.success(), "n3", skipped);
    Plan plan =
        Records.plan("e1", 1)
            .openInBatches(
                Records.NOON, List.of(List.of("n1", "n2", "n3"), List.of("n4")), List.of())
            .openBatch(
                Records.NOON,
                EndedNodes.NONE.and(
                    List.of("n1", "n2", "n3"), ends::get, node -> !node.equals("n3")));
    viewed.set(KEYS.plan(Keys.COMMON_LANE), plan);
    TaskView task = viewer.cluster().running().orElseThrow().task();

    assertThat(task.targets())
        .extracting(NodeRun::node, NodeRun::status, NodeRun::message)
        .containsExactly(
            tuple("n1", State.ERROR, Optional.of("exit status 1")),
            tuple("n2", State.SUCCESS, Optional.empty()),
            tuple("n3", State.SKIP, Optional.empty()),
            tuple("n4", State.ASSIGNED, Optional.empty()));
    assertThat(viewer.nodes())
        .filteredOn(node -> node.doing().isPresent())
        .extracting(NodeView::node)
        .doesNotContain("n1", "n2", "n3");
  }

  @Test
  void of_many_failed_nodes_none_seems_to_be_awaited_after_the_end() {
    List<String> failed = IntStream.range(10, 40).mapToObj(i -> "n" + i).toList();
    Plan plan = Records.plan("e1", 1).open(Records.NOON, failed);
    Outcome how = Outcome.error(Reason.UNREACHABLE, "all of them");
    viewed.set(KEYS.result("e1"), ViewedCluster.ended("e1", Records.NOON, how));
    viewed.set(KEYS.result("e1", 0), TaskResult.ended(plan, Records.NOON, how));

    TaskView task = viewer.event("e1").orElseThrow().tasks().get(0);
    assertThat(task.failures()).hasSize(30);
  }

  @Test
  void what_a_newer_version_wrote_is_named_whether_it_waits_or_has_ended() {
    byte[] newer = "{\"Format\": 99, \"Wholly\": \"other\"}".getBytes(StandardCharsets.UTF_8);
    viewed
        .connection()
        .commit(new Transaction().set(KEYS.event(1, "e1"), newer).set(KEYS.result("e2"), newer));
    for (String id : List.of("e1", "e2")) {
      assertThatThrownBy(() -> viewer.event(id))
          .isInstanceOf(NewerRecordException.class)
          .hasMessageContaining(id + " has format 99, this version knows up to 5");
    }
    EventPage page = viewer.events(EventQuery.newest(9));
    assertThat(page.newer())
        .containsExactly(
            new LeftAlone(KEYS.event(1, "e1"), 99), new LeftAlone(KEYS.result("e2"), 99));
    assertThat(viewer.events(EventQuery.newest(1)).newer()).hasSize(1);
    assertThat(page.total()).isZero();
  }
}
