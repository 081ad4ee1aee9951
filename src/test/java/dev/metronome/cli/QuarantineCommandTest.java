package dev.metronome.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Quarantined;
import dev.metronome.testing.Records;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quarantine from a terminal, on a Consul without an agent. */
class QuarantineCommandTest {

  private static final String EVENT = OneNodeCluster.KEYS.event(1, "e1");
  private static final String CLAIM = Records.claim(OneNodeCluster.KEYS, 1, "e2", 0, "n1");

  @TempDir static Path folder;
  @AutoClose private final OneNodeCluster cluster = new OneNodeCluster();
  private final Shell shell = cluster.shell(folder).environment("USER", "anna");

  @BeforeEach
  void set_two_records_aside() {
    Event other = Event.of("e0", "deploy", Map.of("a", "b"), Records.NOON, "fire", "x");
    aside(EVENT, Json.write(other), "it names another event");
    aside(CLAIM, "{\u001b[31m".getBytes(UTF_8), "cut off");
  }

  private void aside(String key, byte[] value, String why) {
    put(
        OneNodeCluster.KEYS.quarantine(key),
        Json.write(Quarantined.of(key, value, why, Records.NOON)));
  }

  private void put(String key, byte[] value) {
    cluster.connection().commit(new Transaction().set(key, value));
  }

  @Test
  void it_lists_each_with_its_key_kind_and_reason() throws Exception {
    assertThat(shell.run("quarantine")).isZero();
    assertThat(shell.out())
        .contains("event_queue/1/e1", "event", "it names another event")
        .contains("claims/1/e2/0/n1", "claim", "cut off");
    assertThat(shell.run("quarantine", "--json")).isZero();
    JsonNode records = new ObjectMapper().readTree(shell.out()).path("Records");
    assertThat(records).hasSize(2);
    assertThat(records.get(1).path("Key").asText()).isEqualTo(EVENT);
    assertThat(records.get(1).path("Kind").asText()).isEqualTo("event");
    assertThat(shell.run("status")).isZero();
    assertThat(shell.out()).contains("2 unreadable; see `metronome quarantine`");
    assertThat(shell.out().lines())
        .as("columns")
        .allSatisfy(line -> assertThat(line).matches("[a-z ]{9}  \\S.*"));
  }

  @Test
  void it_shows_what_stood_there_with_control_characters_made_harmless() {
    assertThat(shell.run("quarantine", "show", "claims/1/e2/0/n1")).isZero();
    assertThat(shell.out())
        .contains(CLAIM, "cut off", "what to do", "metronome retry")
        .doesNotContain("\u001b");
    assertThat(shell.run("quarantine", "show", EVENT)).isZero();
    assertThat(shell.out()).contains("\"Name\":\"deploy\"");
  }

  @Test
  void a_long_reason_is_cut_for_a_terminal_only() {
    String reason = "cut off " + "in the middle ".repeat(20) + "of it";
    aside(CLAIM, "{".getBytes(UTF_8), reason);
    assertThat(shell.run("quarantine")).isZero();
    assertThat(shell.out()).contains(reason);
    shell.watched();
    assertThat(shell.run("quarantine")).isZero();
    assertThat(shell.out()).contains("cut off in the middle", "…").doesNotContain(reason);
  }

  @Test
  void to_retry_is_advised_only_where_it_can_work() {
    assertThat(shell.run("quarantine", "show", EVENT)).isZero();
    assertThat(shell.out()).contains("retry it, or fire it anew");
    aside(EVENT, "{".getBytes(UTF_8), "cut off");
    assertThat(shell.run("quarantine", "show", EVENT)).isZero();
    assertThat(shell.out())
        .containsPattern("what to do +it is still so that .*; fire the event anew, and drop this")
        .doesNotContain("retry it");
  }

  @Test
  void an_event_that_can_be_read_is_accepted_anew_under_an_id_of_its_own() {
    assertThat(shell.run("quarantine", "retry", "event_queue/1/e1")).as(shell.err()).isZero();
    String id = shell.out().strip();
    assertThat(cluster.waiting()).containsExactly(id);
    assertThat(cluster.names(OneNodeCluster.KEYS.quarantine())).containsExactly("claims/1/e2/0/n1");
    Event event =
        cluster
            .connection()
            .get(OneNodeCluster.KEYS.event(1, id))
            .map(entry -> Json.read(entry.key(), entry.value(), Event.class))
            .orElseThrow();
    assertThat(event.params()).containsEntry("a", "b");
    assertThat(event.by().orElseThrow()).startsWith("anna@");
  }

  @Test
  void what_is_accepted_anew_continues_the_trace_of_who_wants_it_or_of_its_first_sender() {
    String first = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    String own = first.replace("0af", "1bf");
    Event traced =
        Event.of("e0", "deploy", Map.of(), Records.NOON, "fire", "x")
            .continuing(Optional.of(first));
    aside(EVENT, Json.write(traced), "it names another event");
    assertThat(readmitted()).isEqualTo(first);
    aside(EVENT, Json.write(traced), "it names another event");
    shell.environment("TRACEPARENT", own);
    assertThat(readmitted()).isEqualTo(own);
  }

  private String readmitted() {
    assertThat(shell.run("quarantine", "retry", "event_queue/1/e1")).as(shell.err()).isZero();
    String key = OneNodeCluster.KEYS.event(1, shell.out().strip());
    byte[] value = cluster.connection().get(key).orElseThrow().value();
    return Json.read(key, value, Event.class).traceparent().orElseThrow();
  }

  @Test
  void what_cannot_be_retried_is_refused_with_what_to_do_instead() {
    assertThat(shell.run("quarantine", "retry", CLAIM)).isEqualTo(2);
    assertThat(shell.err()).contains("a claim is not put back", "drop this").hasLineCount(1);
    aside(EVENT, "{".getBytes(UTF_8), "cut off");
    assertThat(shell.run("quarantine", "retry", EVENT)).isEqualTo(2);
    assertThat(shell.err()).contains("still", "fire the event anew").hasLineCount(1);
    aside(EVENT, new byte[100_000], "noise");
    assertThat(shell.run("quarantine", "retry", EVENT)).isEqualTo(2);
    assertThat(shell.err()).contains("only the first 64 KiB").hasLineCount(1);
    assertThat(cluster.waiting()).isEmpty();
  }

  @Test
  void one_is_dropped_for_good() {
    assertThat(shell.run("quarantine", "drop", "event_queue/1/e1")).isZero();
    assertThat(cluster.names(OneNodeCluster.KEYS.quarantine())).containsExactly("claims/1/e2/0/n1");
    assertThat(shell.run("quarantine", "drop", "event_queue/1/e1")).isEqualTo(3);
    assertThat(shell.err()).contains("lists the keys").hasLineCount(1);
  }

  @Test
  void a_damaged_entry_of_the_quarantine_itself_is_shown_and_can_be_dropped() {
    put(OneNodeCluster.KEYS.quarantine(EVENT), "noise".getBytes(UTF_8));
    assertThat(shell.run("quarantine")).isZero();
    assertThat(shell.run("quarantine", "show", EVENT)).isZero();
    assertThat(shell.out()).contains("noise");
    assertThat(shell.run("quarantine", "drop", EVENT)).isZero();
  }

  @Test
  void wrong_usage_is_refused() {
    assertThat(shell.run("quarantine", "lift", EVENT)).isEqualTo(2);
    assertThat(shell.run("quarantine", "show")).isEqualTo(2);
  }
}
