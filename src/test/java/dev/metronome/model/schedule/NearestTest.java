package dev.metronome.model.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> NAMES = List.of("agent", "config", "http-port", "port");

  @Test
  void a_slip_finds_the_nearest_name() {
    assertThat(Nearest.to("agnet", NAMES)).contains("agent");
    assertThat(Nearest.to("conf", NAMES)).contains("config");
    assertThat(Nearest.to("con", NAMES)).isEmpty();
    assertThat(Nearest.to("confg", NAMES)).contains("config");
    assertThat(Nearest.to("HTTP_PROT", NAMES)).contains("http-port");
    assertThat(Nearest.to("x".repeat(100_000), NAMES)).isEmpty();
  }

  @Test
  void a_hint_is_ready_to_be_appended() {
    assertThat(Nearest.hint("prot", NAMES)).isEqualTo("; did you mean `port`?");
    assertThat(Nearest.hint("zzzz", NAMES)).isEmpty();
  }
}
