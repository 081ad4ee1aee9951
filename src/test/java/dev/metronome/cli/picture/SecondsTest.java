package dev.metronome.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecondsTest {

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0.0 s",
    "PT59.94S, 59.9 s",
    "PT4M5S, 4 min 5 s",
    "PT59M59S, 59 min 59 s",
    "PT90M, 1 h 30 min",
    "PT23H59M, 23 h 59 min",
    "P2DT3H40M, 2 d 3 h"
  })
  void a_length_is_told_by_its_two_largest_units(Duration length, String said) {
    assertThat(Seconds.of(length)).isEqualTo(said);
  }
}
