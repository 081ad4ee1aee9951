package dev.metronome.model.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperationTypesTest {
  private final OperationTypes types = OperationTypes.builtIn("custom/");

  @Test
  void a_template_may_become_anything_until_it_has_been_resolved() {
    Map<String, String> arguments = Map.of("name", "{{name}}", "action", "start");

    assertThat(types.check("service", arguments, Form.WRITTEN)).isEmpty();
    assertThat(types.check("service", arguments, Form.RESOLVED))
        .extracting(ArgumentProblem::path)
        .containsExactly(List.of("name"));
  }

  @Test
  void the_reserved_keys_are_those_under_the_prefix() {
    assertThat(types.check("consul-kvs", put("custom/leader"), Form.RESOLVED)).hasSize(1);
    assertThat(types.check("consul-kvs", put("customer"), Form.RESOLVED)).isEmpty();
    assertThat(types.check("consul-kvs", put("metronome/leader"), Form.RESOLVED)).isEmpty();
  }

  @Test
  void an_unknown_operation_has_no_rules() {
    assertThat(types.check("http", Map.of(), Form.RESOLVED)).isEmpty();
  }

  private static Map<String, String> put(String key) {
    return Map.of("action", "put", "key", key, "value", "x");
  }
}
