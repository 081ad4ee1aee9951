package dev.metronome.model.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {

  private final Keys keys = new Keys(Keys.DEFAULT_PREFIX);

  @Test
  void keys_are_those_of_the_design() {
    assertThat(keys.leader()).isEqualTo("metronome/leader");
    assertThat(keys.event("e")).isEqualTo("metronome/event_queue/e");
    assertThat(keys.plan("e")).isEqualTo("metronome/progress_task_queue/e");
    assertThat(keys.claim("e", 3, "n")).isEqualTo("metronome/progress_task_queue/e/3/n");
    assertThat(keys.presence("n")).isEqualTo("metronome/nodes/n/agent");
    assertThat(keys.assignment("n", "e", 3)).isEqualTo("metronome/nodes/n/tasks/e.3");
    assertThat(keys.result("e")).isEqualTo("metronome/results/e");
    assertThat(keys.result("e", 3)).isEqualTo("metronome/results/e/3");
    assertThat(keys.result("e", 3, "n")).isEqualTo("metronome/results/e/3/n");
    assertThat(keys.log("e", 3, "n")).isEqualTo("metronome/results/e/3/n/log");
    assertThat(keys.quarantine("metronome/event_queue/e"))
        .isEqualTo("metronome/quarantine/event_queue/e");
  }

  @Test
  void claims_of_task_1_are_not_those_of_task_10() {
    assertThat(keys.claim("e", 10, "n")).doesNotStartWith(keys.claims("e", 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "metronome", "/metronome/"})
  void a_prefix_ends_with_a_slash_and_does_not_start_with_one(String prefix) {
    assertThatThrownBy(() -> new Keys(prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(prefix);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "node-1.example.com", "0f1e-2d", "A_b:c"})
  void names_of_nodes_and_ids_are_segments(String text) {
    assertThat(Keys.isSegment(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", ".a", "-a", "a/b", "a b", "a\n", "ä", "a\u0000"})
  void what_would_leave_its_place_is_no_segment(String text) {
    assertThat(Keys.isSegment(text)).isFalse();
  }
}
