package dev.metronome.model.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariablesTest {
  private final Variables variables =
      Variables.none()
          .with(VariableSource.CONFIG, Map.of("role", "web", "config.token", "secret"))
          .with(
              VariableSource.TASK_FILE,
              Map.of(
                  "root", "/var",
                  "data", "{{root}}/data",
                  "which", "root",
                  "empty", "",
                  "prefix", "da",
                  "dollar", "$1\\"));

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "plain, plain",
        "{{root}}, /var",
        "{{ root }}, /var",
        "a{{root}}b{{root}}c, a/varb/varc",
        "{{data}}, /var/data",
        "{{unknown}}, {{unknown}}",
        "{{unknown}}{{root}}, {{unknown}}/var",
        "{{{{which}}}}, /var",
        "{{{{prefix}}ta}}, /var/data",
        "x{{empty}}y, xy",
        "{{role}}, web",
        "{{config.token}}, secret",
        "{{dollar}}, $1\\",
        "{{}}, {{}}",
        "{{a b}}, {{a b}}",
        "{{root}, {{root}",
      })
  void a_reference_is_replaced_until_nothing_changes(String text, String expected) {
    assertThat(variables.resolve(text)).isEqualTo(expected);
  }

  @Test
  void later_sources_win_over_earlier_ones() {
    Variables all = Variables.none();
    for (VariableSource source : VariableSource.values()) {
      all = all.with(source, Map.of("x", source.name()));

      assertThat(all.resolve("{{x}}")).isEqualTo(source.name());
    }
    assertThat(all.withoutForeign().resolve("{{x}}")).isEqualTo("OPTION");
  }

  @Test
  void nested_values_are_resolved_and_keys_stay() {
    Object value = Map.of("{{root}}", List.of("{{root}}", Map.of("a", "{{data}}"), 1));

    assertThat(variables.resolve(value))
        .isEqualTo(Map.of("{{root}}", List.of("/var", Map.of("a", "/var/data"), 1)));
  }

  @Test
  void values_from_outside_are_never_read_as_templates() {
    Variables attacked =
        variables
            .with(
                VariableSource.PARAMETER, Map.of("name", "{{config.token}}", "key", "config.token"))
            .with(VariableSource.CAPTURED, Map.of("open", "{{", "close", "}}"));

    assertThat(attacked.resolve("hello {{name}}")).isEqualTo("hello {{config.token}}");
    assertThat(attacked.resolve("{{{{key}}}}")).isEqualTo("{{config.token}}");
    assertThat(attacked.resolve("{{open}}config.token{{close}}")).isEqualTo("{{config.token}}");
    assertThat(attacked.with(VariableSource.OPTION, Map.of("via", "{{name}}")).resolve("{{via}}"))
        .isEqualTo("{{config.token}}");
  }

  @Test
  void nobody_can_take_the_place_of_a_value_of_the_configuration() {
    Variables attacked = variables.with(VariableSource.PARAMETER, Map.of("config.token", "mine"));

    assertThat(attacked.resolve("{{config.token}}")).isEqualTo("secret");
  }

  @Test
  void a_cycle_is_an_error_that_names_its_path() {
    Variables circular =
        variables.with(VariableSource.OPTION, Map.of("a", "{{b}}", "b", "{{c}}", "c", "x{{b}}"));

    assertThatThrownBy(() -> circular.resolve("{{a}}"))
        .isInstanceOf(VariableCycleException.class)
        .hasMessage("variable `b` refers to itself: b -> c -> b");
  }

  @Test
  void self_growth_is_an_error() {
    Variables growing = variables.with(VariableSource.OPTION, Map.of("a", "{{a}}{{a}}"));

    assertThatThrownBy(() -> growing.resolve("{{a}}"))
        .hasMessage("variable `a` refers to itself: a -> a");
  }

  @Test
  void growth_through_pieces_of_references_is_an_error() {
    Variables growing = variables.with(VariableSource.OPTION, Map.of("a", "x{{a"));

    assertThatThrownBy(() -> growing.resolve("{{a}}" + "}}".repeat(50)))
        .isInstanceOf(VariableCycleException.class);
  }

  @Test
  void variables_that_double_each_other_end_with_an_error_and_soon() {
    Map<String, String> bomb = new HashMap<>();
    for (int i = 0; i < 60; i++) {
      bomb.put("v" + i, "{{v" + (i + 1) + "}}{{v" + (i + 1) + "}}");
    }
    Map<String, String> silent = new HashMap<>(bomb);
    bomb.put("v60", "x");
    silent.put("v60", "");

    assertThatThrownBy(() -> variables.with(VariableSource.OPTION, bomb).resolve("{{v0}}"))
        .isInstanceOf(VariableCycleException.class)
        .hasMessageContaining("without end");
    assertThat(variables.with(VariableSource.OPTION, silent).resolve("{{v0}}")).isEmpty();
  }

  @Test
  void a_very_long_chain_is_an_error_and_not_an_overflow() {
    Map<String, String> chain = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      chain.put("v" + i, "{{v" + (i + 1) + "}}");
    }

    assertThatThrownBy(() -> variables.with(VariableSource.OPTION, chain).resolve("{{v0}}"))
        .isInstanceOf(VariableCycleException.class);
  }
}
