package dev.metronome.model.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the events of a lane may be in progress. */
class LaneTest {

  @Test
  void a_lane_of_one_has_a_slot_of_its_name() {
    Lane app = new Lane("app", 1);

    assertThat(app.free(List.of("common", "db"))).contains("app");
    assertThat(app.free(List.of("app"))).isEmpty();
    assertThat(app.has("app")).isTrue();
  }

  @Test
  void a_wider_one_has_as_many_as_its_limit_and_the_first_free_is_next() {
    Lane wide = new Lane("wide", 3);

    assertThat(wide.free(List.of())).contains("wide.1");
    assertThat(wide.free(List.of("wide.1", "wide.3"))).contains("wide.2");
    assertThat(wide.free(List.of("wide.1", "wide.2", "wide.3"))).isEmpty();
  }

  /** What is in progress runs on, wherever it stands. */
  @Test
  void a_limit_that_was_changed_counts_all_that_is_in_progress() {
    assertThat(new Lane("app", 1).free(List.of("app.2"))).as("lowered to 1").isEmpty();
    assertThat(new Lane("app", 2).free(List.of("app.3", "app.4"))).as("lowered to 2").isEmpty();
    assertThat(new Lane("app", 2).free(List.of("app.3"))).contains("app.1");
    assertThat(new Lane("app", 2).free(List.of("app"))).as("raised to 2").contains("app.1");
    assertThat(new Lane("app", 2).free(List.of("app", "app.1"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a.b", "a/b", "ä", "123456789012345678901234567890123"})
  void what_is_no_name_of_a_lane(String text) {
    assertThat(Lane.isName(text)).isFalse();
  }

  @Test
  void a_slot_tells_its_lane() {
    assertThat(Lane.of("app.12")).isEqualTo("app");
    assertThat(Lane.of("common")).isEqualTo("common");
  }
}
