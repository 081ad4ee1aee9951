package dev.metronome.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.EndedNodes;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Presence;
import dev.metronome.model.record.Quarantined;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.testing.Records;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An unreadable record of each kind, put in front of a whole agent: it is set aside with its reason
 * and its bytes, an ERROR names the key, and the next event runs.
 */
class SetAsideTest {

  private static final String GARBAGE = "{\"Format\": 1, \"ID\": ";

  @TempDir Path folder;
  @AutoClose private PatientAgent agent;
  private AgentCluster cluster;

  @BeforeEach
  void start() throws Exception {
    agent = new PatientAgent(folder);
    agent.start();
    cluster = agent.cluster;
  }

  private void spoil(String key) {
    agent.put(key, GARBAGE);
  }

  private Optional<Quarantined> kept(String key) {
    return cluster
        .operator
        .get(cluster.keys.quarantine(key))
        .map(entry -> Json.read(entry.key(), entry.value(), Quarantined.class));
  }

  /** With its bytes and an ERROR that names its key; then the next event runs. */
  private void assertSetAside(String key) {
    await().until(() -> kept(key).isPresent());
    Quarantined record = kept(key).orElseThrow();
    assertThat(record.key()).isEqualTo(key);
    assertThat(new String(record.bytes(), UTF_8)).isEqualTo(GARBAGE);
    assertThat(record.reason()).contains("cannot be read");
    assertThat(record.at()).isNotNull();
    await()
        .untilAsserted(
            () ->
                assertThat(agent.log.with(key))
                    .anyMatch(line -> line.startsWith("SEVERE") && line.contains("set-aside")));
    cluster.fire("next", "quick");
    assertThat(cluster.ended("next").status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void an_event() {
    spoil(cluster.keys.event(1, "bad"));
    assertSetAside(cluster.keys.event(1, "bad"));
    assertThat(cluster.ended("bad").reason()).hasValue(Reason.UNREADABLE);
  }

  @Test
  void a_plan() throws Exception {
    String key = cluster.keys.plan(Keys.COMMON_LANE);
    agent.held();
    spoil(key);
    agent.letGo();
    assertSetAside(key);
    assertThat(cluster.ended("held").reason()).hasValue(Reason.UNREADABLE);
  }

  @Test
  void a_claim() throws Exception {
    String key = Records.claim(cluster.keys, 1, agent.held(), 0, "n1");
    spoil(key);
    assertThat(cluster.ended("held").message().orElseThrow()).contains(key);
    agent.letGo();
    assertSetAside(key);
  }

  @Test
  void an_assignment() {
    String key = cluster.keys.assignment("n1", Keys.COMMON_LANE);
    spoil(key);
    assertSetAside(key);
    assertThat(cluster.text(key)).isEmpty();
  }

  // INVARIANT: promise 6, how the node has ended the task stays, though its claim is gone.
  @Test
  void an_assignment_on_a_node_whose_batch_has_ended() {
    EndedNodes ended = EndedNodes.NONE.and(List.of("n1"), node -> Outcome.success(), node -> true);
    Plan plan =
        Records.plan("behind", 1)
            .openInBatches(Records.NOON, List.of(List.of("n1"), List.of("n2")), List.of())
            .openBatch(Records.NOON, ended)
            .in(1);
    Claim claim = Claim.of("behind", 0, "n1", "n1/1", 1, Records.NOON);
    String result = cluster.keys.result("behind", 0, "n1");
    byte[] success = Json.write(NodeResult.of(claim.ended(Records.NOON, Outcome.success())));
    cluster.operator.commit(
        new Transaction()
            .set(cluster.keys.plan(Keys.COMMON_LANE), Json.write(plan))
            .set(
                cluster.keys.result("behind"),
                Json.write(EventResult.started(plan.event(), plan.startedAt())))
            .set(result, success));
    String key = cluster.keys.assignment("n1", Keys.COMMON_LANE);
    spoil(key);
    assertSetAside(key);

    assertThat(cluster.text(result)).isEqualTo(new String(success, UTF_8));
  }

  @Test
  void a_presence() {
    String key = cluster.keys.presence("n1");
    spoil(key);
    assertSetAside(key);
    assertThat(Json.read(key, cluster.text(key).getBytes(UTF_8), Presence.class).node())
        .isEqualTo("n1");
  }

  @Test
  void a_result_when_retention_meets_it() throws Exception {
    agent.close();
    agent =
        new PatientAgent(folder)
            .flag("keep-events", "0")
            .flag("poll-interval", "200ms")
            .flag("keep-interval", "1s");
    cluster = agent.cluster;
    String key = cluster.keys.result("old");
    spoil(key);
    agent.start();
    assertSetAside(key);
    assertThat(cluster.ended("old").reason()).hasValue(Reason.UNREADABLE);
  }
}
