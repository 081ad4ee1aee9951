package dev.metronome.model.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {

  @ParameterizedTest
  @CsvSource({
    "deploy, deploy, 0",
    "deploy, deplyo, 1", // swapped
    "deploy, deplo, 1",
    "deploy, deeploy, 1",
    "deploy, dephoy, 1",
    "deploy, restart, 6",
    "'', abc, 3",
    "ca, abc, 3" // no letter is touched twice
  })
  void letters_are_inserted_deleted_replaced_and_swapped(String a, String b, int distance) {
    assertThat(EditDistance.of(a, b)).isEqualTo(distance);
    assertThat(EditDistance.of(b, a)).isEqualTo(distance);
  }
}
