package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.signature.SigningKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PushCommandTest {
  @TempDir Path folder;
  @AutoClose private OneNodeCluster cluster;
  private Shell shell;

  @BeforeEach
  void start() {
    cluster = new OneNodeCluster();
    shell = cluster.shell(folder);
  }

  private static String event(String id, String name, String payload) {
    String text =
        payload == null
            ? "null"
            : '"'
                + Base64.getEncoder().encodeToString(payload.getBytes(StandardCharsets.UTF_8))
                + '"';
    return "{\"ID\": \"%s\", \"Name\": \"%s\", \"Payload\": %s, \"NodeFilter\": \"\", "
            .formatted(id, name, text)
        + "\"ServiceFilter\": \"\", \"TagFilter\": \"\", \"Version\": 1, \"LTime\": 7}";
  }

  @Test
  void the_events_that_consul_hands_over_wait_in_the_queue() {
    shell.in("[" + event("a", "deploy", null) + "," + event("b", "backup", "x") + "]");
    assertThat(shell.run("push")).as(shell.err()).isZero();
    assertThat(cluster.waiting()).containsExactly("a", "b");
    assertThat(shell.out() + shell.err()).isEmpty();
    byte[] queued = cluster.connection().get("metronome/event_queue/1/a").orElseThrow().value();
    assertThat(new String(queued, StandardCharsets.UTF_8)).contains("\"deploy\"", "\"push\"");
  }

  @Test
  void the_trace_of_its_environment_goes_on_and_a_malformed_one_is_ignored() {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    shell.in("[" + event("a", "deploy", null) + "]").environment("TRACEPARENT", trace);
    assertThat(shell.run("push")).as(shell.err()).isZero();
    shell.in("[" + event("b", "deploy", null) + "]").environment("TRACEPARENT", "00-cafe");
    assertThat(shell.run("push")).as(shell.err()).isZero();
    assertThat(queued("a")).contains(trace);
    assertThat(queued("b")).contains("deploy").doesNotContain("cafe");
  }

  private String queued(String id) {
    byte[] value = cluster.connection().get("metronome/event_queue/1/" + id).orElseThrow().value();
    return new String(value, StandardCharsets.UTF_8);
  }

  @Test
  void what_is_queued_already_or_handed_over_twice_is_dropped_quietly() {
    shell.in("[" + event("a", "deploy", null) + "," + event("a", "deploy", null) + "]");
    assertThat(shell.run("push")).isZero();
    shell.in("[" + event("a", "deploy", null) + "," + event("b", "deploy", null) + "]");
    assertThat(shell.run("push")).isZero();
    assertThat(shell.err()).isEmpty();
    assertThat(cluster.waiting()).containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret",
        "0123456789abcdef0123456789abcdef",
        "dG9rZW4=",
        "YQ==",
        "9f1d-0c1e",
        "=="
      })
  void a_token_is_compared_as_it_was_sent_whatever_it_looks_like(String token) {
    shell
        .environment("METRONOME_PAYLOAD_TOKEN", token)
        .in("[" + event("a", "deploy", token) + "," + event("b", "deploy", token + "x") + "]");
    assertThat(shell.run("push")).as(shell.err()).isZero();
    assertThat(cluster.waiting()).containsExactly("a");
  }

  @Test
  void a_payload_that_is_not_the_token_is_dropped_quietly() {
    shell.environment("METRONOME_PAYLOAD_TOKEN", "s3cret-canary");
    shell.in(
        "["
            + event("a", "deploy", "s3cret-canary")
            + ","
            + event("b", "deploy", "guess")
            + ","
            + event("c", "deploy", null)
            + "]");
    assertThat(shell.run("push")).isZero();
    assertThat(shell.err()).isEmpty();
    assertThat(cluster.waiting()).containsExactly("a");
    assertThat(shell.run("push", "--log-level", "info")).isZero();
    assertThat(shell.err()).contains("event=b state=rejected").doesNotContain("canary", "guess");
  }

  @Test
  void an_event_with_a_bad_name_is_dropped_with_a_warning_and_the_others_go_on() {
    shell.in(
        "["
            + event("a", "x/y", null)
            + ",{\"ID\": \"b\"},"
            + event("../c", "deploy", null)
            + ","
            + event("d", "deploy", null)
            + "]");
    assertThat(shell.run("push")).isZero();
    assertThat(shell.err()).contains("[WARN ] event=a state=rejected").hasLineCount(3);
    assertThat(cluster.waiting()).containsExactly("d");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "null", "[]"})
  void nothing_handed_over_is_no_failure_and_needs_no_consul(String input) {
    assertThat(shell.in(input).run("push", "--port", "1")).isZero();
    assertThat(shell.out() + shell.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"ID\": \"a\",  | is no JSON at line 1",
        "{\"ID\": \"a\"}   | found no array",
        "[\"a\"]           | item 1 is no object",
        "[] []             | is no JSON at line 1",
        "deploy            | is no JSON at line 1",
      })
  void malformed_input_is_refused_and_nothing_is_queued(String input, String sentence) {
    assertThat(shell.in(input).run("push")).isEqualTo(2);
    assertThat(shell.err())
        .startsWith("metronome: standard input")
        .contains(sentence, "nothing was queued")
        .doesNotContain("Source")
        .hasLineCount(1);
    assertThat(cluster.waiting()).isEmpty();
  }

  @Test
  void input_of_more_than_4_mib_is_refused() {
    String event = event("a", "deploy", null);
    shell.in("[" + event + "," + " ".repeat(4 << 20) + event + "]");
    assertThat(shell.run("push")).isEqualTo(2);
    assertThat(shell.err()).contains("more than 4 MiB");
    assertThat(cluster.waiting()).isEmpty();
  }

  @Test
  void a_whole_ring_of_events_is_accepted_once() {
    StringBuilder ring = new StringBuilder("[");
    for (int i = 0; i < 256; i++) {
      ring.append(i == 0 ? "" : ",").append(event("e" + i, "deploy", null));
    }
    shell.in(ring.append(']').toString());
    assertThat(shell.run("push")).isZero();
    assertThat(shell.run("push")).isZero();
    assertThat(cluster.waiting()).hasSize(256);
  }

  @Test
  void without_consul_the_exit_code_is_6_and_one_sentence_says_why() {
    shell.in("[" + event("a", "deploy", null) + "]");
    assertThat(shell.run("push", "--port", "1")).isEqualTo(6);
    assertThat(shell.err()).startsWith("metronome: Consul at http://127.0.0.1:1").hasLineCount(1);
  }

  @Test
  void with_a_signing_key_only_signed_events_are_queued_and_a_signature_counts_once() {
    shell.environment("METRONOME_SIGNING_KEY", SigningKeys.newKey("k1"));
    assertThat(shell.run("sign", "deploy")).isZero();
    String payload = shell.out().strip();
    shell.in(
        "["
            + event("a", "deploy", payload)
            + ","
            + event("b", "destroy", payload)
            + ","
            + event("c", "deploy", payload)
            + ","
            + event("d", "deploy", null)
            + "]");

    assertThat(shell.run("push", "--log-level", "info")).as(shell.err()).isZero();

    assertThat(cluster.waiting()).containsExactly(payload.split("\\.", -1)[3]);
    assertThat(shell.err())
        .contains("event=b state=rejected", "event=d state=rejected")
        .doesNotContain(payload);
  }

  @Test
  void a_full_queue_takes_as_many_as_fit_and_then_push_and_fire_say_so() {
    shell.in("[" + event("a", "x", null) + "," + event("b", "x", null) + "]");

    assertThat(shell.run("push", "--queue-limit", "1")).isEqualTo(6);

    assertThat(shell.err())
        .startsWith("metronome: event b was not accepted: 1 wait in metronome/event_queue/ already")
        .hasLineCount(1);
    assertThat(cluster.waiting()).containsExactly("a");
    assertThat(shell.run("fire", "deploy", "--queue-limit", "1")).isEqualTo(6);
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err()).contains("as many as queue-limit allows").hasLineCount(1);
  }
}
