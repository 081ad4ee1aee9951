package dev.metronome.model.record;

import static dev.metronome.testing.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An event is a stranger's text: what may be one. */
@Tag("text")
class EventTest {

  private static Event named(String name) {
    return Event.of("id", name, Map.of(), NOON, "test", null);
  }

  private static Event with(String param, String value) {
    return Event.of("id", "deploy", Map.of(param, value), NOON, "test", null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"deploy", "a b", "日本語", "$(reboot)", "{{x}}", "${bean:x}", "-rf", "..x"})
  void a_name_is_data_and_may_look_like_anything(String name) {
    assertThat(named(name).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "a/b", "../leader", "a\nb", "a\u0000b", "a\u001b[31mb", "\u0085"})
  void a_name_that_breaks_keys_or_logs_is_refused(String name) {
    assertThatThrownBy(() -> named(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_name_has_at_most_128_characters() {
    assertThatCode(() -> named("x".repeat(128))).doesNotThrowAnyException();
    assertThatThrownBy(() -> named("x".repeat(129))).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "..", ".", "-x", "a b", "a\nb", "é", "a%2Fb"})
  void an_id_is_one_segment_of_a_key(String id) {
    assertThatThrownBy(() -> Event.of(id, "deploy", Map.of(), NOON, "test", null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1a", "a-b", "a b", "a=b", "A\n", "é", "LD_PRELOAD;x"})
  void a_parameters_name_is_that_of_a_variable(String name) {
    assertThatThrownBy(() -> with(name, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parameter");
  }

  @Test
  void a_parameters_value_may_be_anything_that_the_environment_can_hold() {
    String hostile = "'; rm -rf / #\n$(reboot) `id` {{x}} \u001b[0m";

    assertThat(with("X", hostile).params()).containsEntry("X", hostile);
  }

  @Test
  void a_parameters_value_without_an_end_for_the_environment_is_refused() {
    assertThatThrownBy(() -> with("X", "a\u0000b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("X");
  }

  @ParameterizedTest
  @ValueSource(strings = {"xx", "é", "日", "\u0001", "\""})
  void parameters_are_bounded_by_what_they_take_in_consul(String character) {
    assertThatThrownBy(() -> with("X", character.repeat(40_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("limit");
  }

  @Test
  void parameters_of_60_000_characters_are_taken() {
    assertThatCode(() -> with("X", "x".repeat(60_000))).doesNotThrowAnyException();
  }
}
