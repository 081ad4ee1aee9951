package dev.metronome.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {
  private static final List<String> NAMES = List.of("agent", "config", "http-port", "port");

  @Test
  void a_slip_finds_the_nearest_name() {
    assertThat(Spelling.nearest("agnet", NAMES)).contains("agent");
    assertThat(Spelling.nearest("conf", NAMES)).isEmpty();
    assertThat(Spelling.nearest("confg", NAMES)).contains("config");
    assertThat(Spelling.nearest("HTTP_PROT", NAMES)).contains("http-port");
    assertThat(Spelling.nearest("x".repeat(100_000), NAMES)).isEmpty();
  }

  @Test
  void a_hint_is_ready_to_be_appended() {
    assertThat(Spelling.hint("prot", NAMES)).isEqualTo("; did you mean `port`?");
    assertThat(Spelling.hint("zzzz", NAMES)).isEmpty();
  }
}
