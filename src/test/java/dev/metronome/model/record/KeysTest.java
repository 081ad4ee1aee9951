package dev.metronome.model.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.testing.Records;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {

  private final Keys keys = new Keys(Keys.DEFAULT_PREFIX);

  @Test
  void keys_are_those_of_the_design() {
    assertThat(keys.leader()).isEqualTo("metronome/leader");
    assertThat(keys.event(7, "e")).isEqualTo("metronome/event_queue/7/e");
    assertThat(keys.eventOutsideBuckets("e")).isEqualTo("metronome/event_queue/e");
    assertThat(keys.bucket(7)).isEqualTo("metronome/event_queue/7/");
    assertThat(keys.queueBucket()).isEqualTo("metronome/queue_bucket");
    assertThat(keys.queued("e")).isEqualTo("metronome/queued/e");
    assertThat(keys.plan(Keys.COMMON_LANE)).isEqualTo("metronome/progress_task_queue/common");
    assertThat(Records.claim(keys, 1, "e", 3, "n")).isEqualTo("metronome/claims/1/e/3/n");
    assertThat(keys.presence("n")).isEqualTo("metronome/nodes/n/agent");
    assertThat(keys.assignment("n", Keys.COMMON_LANE)).isEqualTo("metronome/nodes/n/task.common");
    assertThat(keys.result("e")).isEqualTo("metronome/results/e");
    assertThat(keys.result("e", 3)).isEqualTo("metronome/results/e/3");
    assertThat(keys.result("e", 3, "n")).isEqualTo("metronome/results/e/3/n");
    assertThat(keys.log("e", 3, "n")).isEqualTo("metronome/results/e/3/n/log");
    assertThat(keys.quarantine("metronome/event_queue/e"))
        .isEqualTo("metronome/quarantine/event_queue/e");
  }

  @ParameterizedTest
  @ValueSource(strings = {"event_queue/e", "event_queue/7/e", "event_queue/123456789/e"})
  void an_event_stands_in_a_bucket_or_outside(String key) {
    assertThat(keys.eventId("metronome/" + key)).hasValue("e");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "event_queue/",
        "event_queue/7/",
        "event_queue/lock",
        "event_queue/e/x",
        "event_queue/7/e/x",
        "event_queue/07/e",
        "event_queue",
        "queued/e",
        "results/e"
      })
  void nothing_else_is_an_event(String key) {
    assertThat(keys.eventId("metronome/" + key)).isEmpty();
  }

  @Test
  void a_bucket_is_a_number() {
    assertThat(keys.bucketOf("metronome/event_queue/12/e")).hasValue(12);
    assertThat(keys.bucketOf("metronome/event_queue/12/")).hasValue(12);
    assertThat(keys.bucketOf("metronome/event_queue/12")).isEmpty();
    assertThat(keys.bucketOf("metronome/event_queue/e/12")).isEmpty();
    assertThat(keys.bucketOf("metronome/queued/12/e")).isEmpty();
    assertThat(Keys.bucketNumber("0")).isEmpty();
    assertThat(Keys.bucketNumber("9".repeat(19))).isEmpty();
  }

  @Test
  void claims_of_task_1_are_not_those_of_task_10() {
    assertThat(Records.claim(keys, 1, "e", 10, "n"))
        .doesNotStartWith(Records.claims(keys, 1, "e", 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/", "metronome", "/metronome/", "a//b/", "a:b/", "../", "a b/", "ö/"})
  void a_prefix_ends_with_a_slash_does_not_start_with_one_and_can_be_read_by_every_consul(
      String prefix) {
    assertThatThrownBy(() -> new Keys(prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(prefix);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "node-1.example.com", "0f1e-2d", "A_b-c"})
  void names_of_nodes_and_ids_are_segments(String text) {
    assertThat(Keys.isSegment(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ".", "..", ".a", "-a", "a/b", "a b", "a\n", "ä", "a\u0000", "A_b:c", "a.", "a..b"
      })
  void what_would_leave_its_place_is_no_segment(String text) {
    assertThat(Keys.isSegment(text)).isFalse();
  }

  @Test
  void the_remaining_keys_are_those_of_the_design() {
    assertThat(keys.originalEventQueue()).isEqualTo("metronome/event_queue");
    assertThat(keys.originalProgressQueue()).isEqualTo("metronome/progress_task_queue");
    assertThat(keys.originalLock()).isEqualTo("metronome/event_queue/lock");
    assertThat(keys.ahead()).isEqualTo("metronome/ahead");
    assertThat(keys.formerPlan("e")).isEqualTo("metronome/progress_task_queue/e");
    assertThat(keys.formerNodeQueue("n")).isEqualTo("metronome/nodes/n/tasks/");
    assertThat(keys.endedPlan("e")).isEqualTo("metronome/ended_plans/e");
    assertThat(keys.results()).isEqualTo("metronome/results/");
    assertThat(keys.nodes()).isEqualTo("metronome/nodes/");
    assertThat(keys.quarantine()).isEqualTo("metronome/quarantine/");
    assertThat(keys.cron()).isEqualTo("metronome/cron/");
    assertThat(keys.freezes()).isEqualTo("metronome/freeze/");
    assertThat(keys.approvals("e")).isEqualTo("metronome/approvals/e/");
    assertThat(Keys.isPresence(keys.presence("n"))).isTrue();
    assertThat(Keys.isPresence(keys.assignment("n", "common"))).isFalse();
    assertThat(keys.formerEventId("metronome/progress_task_queue/e")).hasValue("e");
    assertThat(keys.formerEventId("metronome/progress_task_queue/common")).isEmpty();
    assertThat(keys.formerEventId("metronome/progress_task_queue/")).isEmpty();
    assertThat(keys.formerEventId("metronome/progress_task_queue/e/x")).isEmpty();
    assertThat(keys.formerEventId("metronome/event_queue/e")).isEmpty();
    assertThat(keys.epoch(Records.plan("e", 1).in(7))).hasValue("metronome/claims/7/");
    assertThat(keys.epoch(Records.plan("e", 1).in(0))).isEmpty();
    assertThat(Keys.wasSegment("a:b")).isTrue();
    assertThat(Keys.wasSegment("a/b")).isFalse();
    assertThat(Keys.isSegment("x".repeat(128))).isTrue();
    assertThat(Keys.isSegment("x".repeat(129))).isFalse();
  }
}
