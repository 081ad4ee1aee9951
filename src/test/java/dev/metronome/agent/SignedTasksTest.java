package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.metronome.config.ConfigurationException;
import dev.metronome.consul.Transaction;
import dev.metronome.consul.UserEvents;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Status;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.model.signature.EventSignatures.Unsigned;
import dev.metronome.model.signature.Signature;
import dev.metronome.model.signature.Signer;
import dev.metronome.model.signature.SigningKeys;
import dev.metronome.model.signature.Statement;
import dev.metronome.testing.Records;
import dev.metronome.testing.Unhurried;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that has a signing key, and somebody with a stolen token, but without the key. */
class SignedTasksTest {

  @TempDir Path folder;
  private final String key = SigningKeys.newKey("k1");
  @AutoClose private AgentCluster cluster;

  @BeforeEach
  void files() throws Exception {
    cluster = new AgentCluster(folder);
    cluster
        .flag("signing-key", key)
        .pattern(
            """
                events:
                  deploy: {task: once}
                  clean: {task: wipe}
                tasks:
                  once: {operations: [{execute: {script: 'echo once $METRONOME_PARAM_v >> %1$s'}}]}
                  wipe: {operations: [{execute: {script: 'echo wiped >> %1$s'}}]}
                """
                .formatted(cluster.written));
  }

  /** An agent that acts on what is signed only. */
  private void strict() throws Exception {
    cluster.flag("require-signature", "true").started("a");
  }

  private static Event event(String id, Map<String, String> params) {
    return Event.of(id, "deploy", params, Clock.systemUTC().instant(), "fire", "anna@desk");
  }

  private static Event signed(Event event, String by) {
    return new EventSignatures(SigningKeys.parse(by), Unsigned.TAKEN).sign(event);
  }

  /** What the signature of one event is worth on another. */
  private static Event forged(Event event, Event signed) {
    return event.signed(signed.signature().orElseThrow());
  }

  private void queued(Event event) {
    put(cluster.keys.event(1, event.id()), event);
  }

  private void put(String at, Object record) {
    cluster.operator.commit(new Transaction().set(at, Json.write(record)));
  }

  private void assertRefused(EventResult result, String why) throws Exception {
    assertThat(result.status()).isEqualTo(Status.ERROR);
    NodeResult node = node(result.id()).orElseThrow();
    assertThat(node.reason()).hasValue(Reason.FAILED);
    assertThat(node.message().orElseThrow()).contains("node a", result.id(), why);
    assertThat(cluster.runs()).isEmpty();
  }

  private Optional<NodeResult> node(String id) {
    return cluster
        .operator
        .get(cluster.keys.result(id, 0, "a"))
        .map(entry -> Json.read(entry.key(), entry.value(), NodeResult.class));
  }

  @Test
  void an_event_that_a_stolen_token_queues_makes_no_node_act() throws Exception {
    strict();
    queued(event("e1", Map.of()));

    assertRefused(cluster.ended("e1"), "it is not signed");
  }

  @Test
  void parameters_that_were_not_signed_make_no_node_act() throws Exception {
    strict();
    queued(forged(event("e1", Map.of("v", "2")), signed(event("e1", Map.of("v", "1")), key)));

    assertRefused(cluster.ended("e1"), "its signature does not fit");
  }

  @Test
  void a_key_that_was_removed_is_good_for_no_event_that_still_waits() throws Exception {
    strict();
    queued(signed(event("e1", Map.of()), SigningKeys.newKey("old")));

    assertRefused(cluster.ended("e1"), "signed with the key old, which is not known here");
  }

  /** The plan says which task it is: that of another event must not pass as one of this. */
  @Test
  void a_signed_event_runs_no_task_that_the_nodes_own_files_do_not_give_it() throws Exception {
    strict();
    Optional<String> none = Optional.empty();
    PlannedTask wipe =
        new PlannedTask(
            0, "web", "wipe", new NodeSelector(none, none), new Rollout(true, false, false, 1));
    Event event = signed(event("e1", Map.of()), key);
    put(
        cluster.keys.assignment("a", Keys.COMMON_LANE),
        Assignment.of(event, wipe, 1, Records.NOON));

    await()
        .atMost(Unhurried.PATIENCE)
        .until(() -> node("e1").filter(result -> result.status().isFinal()).isPresent());
    assertThat(node("e1").orElseThrow().reason()).hasValue(Reason.MISMATCH);
    assertThat(node("e1").orElseThrow().message().orElseThrow())
        .contains("has no task wipe in its event deploy");
    assertThat(cluster.runs()).isEmpty();
  }

  @Test
  void what_an_agent_with_the_key_accepts_is_signed_by_it_and_runs_everywhere() throws Exception {
    strict();
    Signature sent =
        new Signer(SigningKeys.parse(key).first().orElseThrow(), Clock.systemUTC())
            .sign(Statement.of("deploy", Map.of()));
    new UserEvents(cluster.operator).fire("deploy", sent.text());

    assertThat(cluster.ended(sent.nonce()).status()).isEqualTo(Status.SUCCESS);
    assertThat(cluster.runs()).containsExactly("once");
  }

  @Test
  void what_was_signed_by_whoever_queued_it_runs() throws Exception {
    strict();
    queued(signed(event("e1", Map.of("v", "Größe")), key));

    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(cluster.runs()).containsExactly("once Größe");
  }

  /** What an agent with a key meets after an update: records of the older ones are not signed. */
  @Test
  void a_key_alone_refuses_nothing_that_ran_before_there_were_signatures() throws Exception {
    cluster.started("a");
    queued(event("e1", Map.of("v", "1")));
    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
    queued(signed(event("e2", Map.of("v", "2")), SigningKeys.newKey("k2")));
    assertThat(cluster.ended("e2").status()).isEqualTo(Status.SUCCESS);

    assertThat(cluster.runs()).containsExactly("once 1", "once 2");
  }

  @Test
  void signatures_cannot_be_required_without_a_key() {
    cluster.flag("signing-key", "");

    assertThatThrownBy(this::strict)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("require-signature needs a signing-key-file");
  }
}
