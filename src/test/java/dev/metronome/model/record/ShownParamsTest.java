package dev.metronome.model.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("text")
class ShownParamsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"password", "DB_PASSWD", "token", "vaultToken", "client_secret", "api_key"})
  void a_value_whose_name_says_secret_is_masked(String name) {
    assertThat(ShownParams.of(Map.of(name, "hunter22"))).containsEntry(name, "********");
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "key", "host", "author"})
  void any_other_is_shown(String name) {
    assertThat(ShownParams.of(Map.of(name, "1.4.2"))).containsEntry(name, "1.4.2");
  }

  @Test
  void a_long_one_is_cut_between_two_characters() {
    Map<String, String> shown = ShownParams.of(Map.of("text", "😀".repeat(60_000)));
    assertThat(shown).containsEntry("text", "😀".repeat(200) + "…");
  }

  @Test
  void of_many_only_the_number_is_told() {
    Map<String, String> many = new HashMap<>();
    for (int i = 10; i < 60; i++) {
      many.put("p" + i, "x");
    }
    Map<String, String> shown = ShownParams.of(many);
    assertThat(shown).hasSize(33).containsKeys("p10", "p41").containsEntry("…", "18 more");
  }
}
