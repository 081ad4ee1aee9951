package dev.metronome.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.GateWait;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of a task at its gate. */
class GateSentenceTest {

  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

  private static String sentence(int since, int left, String what) {
    return GateSentence.of(
        new GateWait(NOW.plusSeconds(left), NOW.minusSeconds(since), Optional.ofNullable(what)),
        NOW);
  }

  @Test
  void it_names_what_is_waited_for_since_when_and_how_long_at_most() {
    assertThat(sentence(40, 250, "app-7: check `http` critical"))
        .isEqualTo("waiting for app-7: check `http` critical for 40 s, 4 min 10 s left");
    assertThat(sentence(4, 286, null))
        .isEqualTo("all is well for 4 s and has to stay so, 4 min 46 s left");
  }

  @Test
  void clocks_that_differ_make_nothing_negative() {
    assertThat(sentence(-1, -3, null))
        .isEqualTo("all is well for 0 s and has to stay so, 0 s left");
  }
}
