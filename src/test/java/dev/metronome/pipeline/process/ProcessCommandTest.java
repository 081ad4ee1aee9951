package dev.metronome.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessCommandTest {
  private static final Path HERE = Path.of(".");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void what_could_not_reach_a_process_is_refused_without_naming_values() {
    assertRefused(List.of(), Map.of(), MINUTE, "needs a program");
    assertRefused(List.of("-c"), Map.of(), MINUTE, "begin with '-'");
    assertRefused(List.of("a", "b\0"), Map.of(), MINUTE, "argument 1");
    assertRefused(List.of("a"), Map.of("a.b", "secret"), MINUTE, "'a.b'");
    assertRefused(List.of("a"), Map.of("A", "secret\0"), MINUTE, "variable A");
    assertRefused(List.of("a"), Map.of(), Duration.ZERO, "timeout");
  }

  @Test
  void cookie_covers_whole_parts_only() {
    Cookie first = new Cookie("node/event/1");

    assertThat(first.covers(first)).isTrue();
    assertThat(new Cookie("node").covers(first)).isTrue();
    assertThat(first.covers(new Cookie("node/event/10"))).isFalse();
    assertThat(first.covers(new Cookie("node"))).isFalse();
  }

  @Test
  void cookie_that_could_be_mistaken_in_an_environment_is_refused() {
    assertThatThrownBy(() -> new Cookie("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Cookie("/")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Cookie("a\0b")).isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertRefused(
      List<String> argv, Map<String, String> environment, Duration timeout, String message) {
    assertThatThrownBy(
            () ->
                new ProcessCommand(
                    argv, HERE, environment, Optional.empty(), timeout, ProcessCommand.KILL_GRACE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("secret");
  }
}
