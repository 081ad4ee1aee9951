package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Status;
import dev.metronome.state.ClusterView;
import dev.metronome.state.LeftAlone;
import dev.metronome.state.NodeView;
import dev.metronome.state.Viewer;
import dev.metronome.testing.Records;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A record of each kind that a newer agent wrote, put in front of a whole agent of this version: it
 * stays as it is, the log says so once, and whoever looks at the cluster sees what waits for it.
 */
class NewerRecordsTest {

  private static final String NEWER = "{\"Format\": 99, \"ID\": \"new\", \"Wholly\": \"other\"}";

  @TempDir Path folder;
  @AutoClose private PatientAgent agent;
  private AgentCluster cluster;
  private Viewer viewer;

  @BeforeEach
  void start() throws Exception {
    start(new PatientAgent(folder));
  }

  private void start(PatientAgent patient) throws Exception {
    agent = patient.flag("poll-interval", "500ms");
    agent.start();
    cluster = agent.cluster;
    viewer = new Viewer(cluster.operator, cluster.keys, Clock.systemUTC());
  }

  private long put(String key) {
    agent.put(key, NEWER);
    return index(key);
  }

  private long index(String key) {
    return cluster.operator.get(key).orElseThrow().modifyIndex();
  }

  private void delete(String key) {
    cluster.operator.commit(new Transaction().delete(key));
  }

  private Optional<String> busy(String node) {
    return viewer.nodes().stream()
        .filter(seen -> seen.node().equals(node))
        .findFirst()
        .orElseThrow()
        .busy();
  }

  private void awaitSaid(String key) {
    await().untilAsserted(() -> assertThat(said(key)).isEqualTo(1));
  }

  private long said(String key) {
    return agent.log.with("left-alone").stream()
        .filter(line -> line.startsWith("SEVERE") && line.contains(key))
        .count();
  }

  @Test
  void an_event_stays_queued_holds_up_those_behind_it_and_is_reported() {
    String key = cluster.keys.event(1, "new");
    long written = put(key);
    awaitSaid(key);
    cluster.fire("behind", "quick");
    await()
        .untilAsserted(
            () -> {
              ClusterView view = viewer.cluster();
              assertThat(view.queue().waiting()).isEqualTo(2);
              assertThat(view.queue().newer()).containsExactly(new LeftAlone(key, 99));
            });
    assertThat(viewer.queue(100).newer().get(0).sentence()).contains(key, "update the agents");
    assertThat(index(key)).as("not rewritten").isEqualTo(written);
    assertThat(cluster.result("behind")).isEmpty();
    assertThat(said(key)).as("once").isEqualTo(1);

    delete(key);
    assertThat(cluster.ended("behind").status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void a_plan_stays_and_is_reported_and_nothing_is_dispatched_beside_it() {
    String key = cluster.keys.plan(Keys.COMMON_LANE);
    long written = put(key);
    awaitSaid(key);
    cluster.fire("behind", "quick");
    assertThat(viewer.cluster().newer()).containsExactly(new LeftAlone(key, 99));
    assertThat(index(key)).isEqualTo(written);
    assertThat(cluster.result("behind")).isEmpty();

    delete(key);
    assertThat(cluster.ended("behind").status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void a_claim_stays_and_is_reported_with_its_event() throws Exception {
    agent.held();
    String key = Records.claim(cluster.keys, 1, "held", 0, "n1");
    long written = put(key);
    awaitSaid(key);
    assertThat(viewer.cluster().newer()).containsExactly(new LeftAlone(key, 99));
    assertThat(index(key)).isEqualTo(written);
    agent.letGo();
  }

  @Test
  void an_assignment_stays_and_whoever_waits_for_the_node_is_told_so() throws Exception {
    agent.close();
    start(new PatientAgent(folder).flag("start-timeout", "1s"));
    String key = cluster.keys.assignment("n1", Keys.COMMON_LANE);
    Plan plan = Records.plan("behind", 1).open(Instant.now(), List.of("n1"));
    EventResult begun = EventResult.started(plan.event(), plan.startedAt());
    cluster.operator.commit(
        new Transaction()
            .set(key, NEWER.getBytes(java.nio.charset.StandardCharsets.UTF_8))
            .set(cluster.keys.plan(Keys.COMMON_LANE), Json.write(plan))
            .set(cluster.keys.result("behind"), Json.write(begun)));
    long written = index(key);
    awaitSaid(key);
    await().until(() -> busy("n1").isPresent());
    assertThat(index(key)).isEqualTo(written);
    assertThat(cluster.ended("behind").status()).isEqualTo(Status.ERROR);
    assertThat(cluster.ended("behind").message().orElseThrow())
        .contains("n1", "it says: the record at " + key + " has format 99", "is updated");
    await().untilAsserted(() -> assertThat(busy("n1")).isEmpty());
    AtomicInteger count = new AtomicInteger();
    await() // one that the node takes within the second
        .until(
            () -> {
              String next = "next-" + count.incrementAndGet();
              cluster.fire(next, "quick");
              return cluster.ended(next).status() == Status.SUCCESS;
            });
  }

  @Test
  void a_presence_of_another_node_stays_and_the_node_is_still_counted() {
    String key = cluster.keys.presence("n2");
    long written = put(key);
    assertThat(viewer.nodes()).extracting(NodeView::node).contains("n1", "n2");
    cluster.fire("e1", "quick");
    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(index(key)).isEqualTo(written);
  }

  @Test
  void a_result_stays_and_its_event_is_not_run_again() {
    String key = cluster.keys.result("new");
    long written = put(key);
    cluster.fire("new", "quick");
    cluster.fire("e1", "quick");
    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(index(key)).isEqualTo(written);
    assertThat(cluster.keys(cluster.keys.eventQueue())).isEmpty();
  }
}
