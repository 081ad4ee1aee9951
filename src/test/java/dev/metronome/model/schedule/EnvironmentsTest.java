package dev.metronome.model.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentsTest {
  @ParameterizedTest
  @CsvSource({
    "/opt/bin:$PATH, /opt/bin:/bin",
    "${PATH}s, /bins",
    "$UNSET, ''",
    "{{home}}/$PATH, /root//bin",
    "{{price}}, $PATH",
    "100$, 100$",
    "$1, $1",
  })
  void names_come_from_the_process_and_then_templates_are_resolved(String value, String expected) {
    Variables variables =
        Variables.none().with(VariableSource.TASK_FILE, Map.of("home", "/root", "price", "$PATH"));

    assertThat(Environments.resolve(Map.of("X", value), Map.of("PATH", "/bin"), variables))
        .containsExactly(Map.entry("X", expected));
  }
}
