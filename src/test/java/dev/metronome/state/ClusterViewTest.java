package dev.metronome.state;

import static dev.metronome.state.ViewedCluster.KEYS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.Records;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How the cluster stands. */
class ClusterViewTest {
  @AutoClose private final ViewedCluster viewed = new ViewedCluster();
  private final Viewer viewer = viewed.viewer();

  @Test
  void the_running_event_tells_who_is_done_who_runs_and_who_is_awaited_until_when() {
    viewed.lead("n1");
    Plan plan = viewed.running("e1");
    Claim done = viewed.claimed(plan, "n1").ended(Records.NOON.plusSeconds(11), Outcome.success());
    viewed.lock(Records.claim(KEYS, 1, "e1", 1, "n1"), done);
    viewed.lock(Records.claim(KEYS, 1, "e1", 1, "n2"), viewed.claimed(plan, "n2"));

    ClusterView cluster = viewer.cluster();
    assertThat(cluster.leader().map(ClusterView.Leader::node)).contains("n1");
    ClusterView.Running running = cluster.running().orElseThrow();
    assertThat(running.tasks()).isEqualTo(3);
    assertThat(running.task().no()).isEqualTo(1);
    Instant opened = Records.NOON.plusSeconds(9);
    assertThat(running.task().nodes())
        .extracting(NodeRun::node, NodeRun::status, NodeRun::until)
        .containsExactly(
            tuple("n1", State.SUCCESS, Optional.empty()),
            tuple("n2", State.INPROGRESS, Optional.of(opened.plusSeconds(3_600))),
            tuple("n3", State.ASSIGNED, Optional.of(opened.plusSeconds(120))));
  }

  @Test
  void of_a_node_that_does_another_lanes_task_first_no_time_is_told() {
    viewed.lead("n1");
    Plan first = viewed.running("e1");
    viewed.lock(KEYS.claims(first) + "n1", viewed.claimed(first, "n1"));
    viewed.lock(
        KEYS.claims(first) + "n2",
        viewed.claimed(first, "n2").ended(Records.NOON.plusSeconds(11), Outcome.success()));
    viewed.set(KEYS.claims(first) + "n3", viewed.claimed(first, "n3"));
    Plan behind =
        Records.plan("e2", 1)
            .inSlot("app")
            .open(Records.NOON.plusSeconds(9), List.of("n1", "n2", "n3"));
    viewed.set(KEYS.plan("app"), behind);

    Optional<Instant> patience = Optional.of(Records.NOON.plusSeconds(9 + 120));
    assertThat(running("e2").task().nodes())
        .extracting(NodeRun::node, NodeRun::until, NodeRun::message)
        .containsExactly(
            tuple("n1", Optional.empty(), Optional.of("does task 1 task-1 of deploy e1 first")),
            tuple("n2", patience, Optional.empty()),
            tuple("n3", patience, Optional.empty()));
  }

  private ClusterView.Running running(String id) {
    return viewer.cluster().inProgress().stream()
        .filter(each -> each.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void of_a_node_whose_agent_has_vanished_it_is_said_how_long_it_is_waited_for() {
    viewed.lead("n1");
    Plan plan = viewed.running("e1");
    viewed.set(Records.claim(KEYS, 1, "e1", 1, "n2"), viewed.claimed(plan, "n2"));

    NodeRun lost = viewer.cluster().running().orElseThrow().task().nodes().get(1);

    assertThat(lost.status()).isEqualTo(State.INPROGRESS);
    assertThat(lost.until()).as("that is for one that runs").isEmpty();
    assertThat(lost.vanished())
        .contains(
            "its agent has vanished; the task is given up there 5 s after that, unless an agent"
                + " comes back");
  }

  @Test
  void what_the_leader_has_found_of_the_original_is_said_and_nobody_elses() {
    viewed.agent("n1", "what it saw when it led");
    viewed.agent("n2", "an agent of the original is at work");
    assertThat(viewer.cluster().original()).isEmpty();

    viewed.lead("n2");
    assertThat(viewer.cluster().original()).containsExactly("an agent of the original is at work");
  }

  @Test
  void a_leader_without_its_lock_leads_nobody() {
    viewed.set(KEYS.leader(), Lead.of("n1", "n1/1", Duration.ofMinutes(2), Duration.ofHours(1)));
    assertThat(viewer.cluster().leader()).isEmpty();
  }

  @Test
  void a_long_queue_is_counted_and_not_read() {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      events.add(Records.event("event-" + i));
    }
    viewed.accept(events.toArray(Event[]::new));
    assertThat(viewer.cluster().queue()).isEqualTo(new QueueView(70, List.of()));
    assertThat(viewer.queue(70).events())
        .extracting(EventSummary::id)
        .startsWith("event-0", "event-1", "event-2", "event-3")
        .hasSize(70);
  }

  @Test
  void neither_the_status_nor_a_list_of_events_reads_a_log() {
    viewed.lead("n1");
    Plan plan = viewed.running("e1");
    viewed.lock(Records.claim(KEYS, 1, "e1", 1, "n1"), viewed.claimed(plan, "n1"));
    viewed.log(KEYS.log("e1", 1, "n1"), "hello");
    viewed.set(KEYS.result("old"), ViewedCluster.ended("old", Records.NOON, Outcome.success()));
    viewed.log(KEYS.log("old", 0, "n1"), "hello");
    try (FaultyConsul wire = FaultyConsul.before(viewed.consul().agent("n1"));
        ConsulConnection seen = wire.connection()) {
      Viewer other = new Viewer(seen, KEYS, Clock.systemUTC());
      assertThat(other.cluster().running()).isPresent();
      assertThat(other.events(EventQuery.newest(9)).events()).hasSize(2);
      assertThat(other.events(EventQuery.newest(9)).events()).hasSize(2); // of those remembered
      assertThat(requests(wire))
          .anyMatch(request -> request.contains(KEYS.result("old")))
          .noneMatch(request -> request.contains("/log"))
          .noneMatch(request -> request.contains(KEYS.results() + "?recurse"));
      other.log("old", 0, "n1");
      seen.list(KEYS.results());
      assertThat(requests(wire))
          .anyMatch(request -> request.contains("/log"))
          .anyMatch(request -> request.contains(KEYS.results() + "?recurse"));
    }
  }

  private static List<String> requests(FaultyConsul wire) {
    return wire.requests().stream().map(line -> line.replace("%2F", "/")).toList();
  }
}
