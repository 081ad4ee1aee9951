package dev.metronome.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountsTest {
  @ParameterizedTest
  @CsvSource({
    "30, 30000",
    "500ms, 500",
    "30s, 30000",
    "5m, 300000",
    "1h, 3600000",
    "2d, 172800000"
  })
  void durations_have_a_unit_or_are_seconds(String text, long millis) {
    assertThat(Amounts.duration(text)).hasMillis(millis);
    assertThat(Amounts.duration(Amounts.show(Amounts.duration(text)))).hasMillis(millis);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s",
        "-1s",
        "1.5s",
        "1x",
        "1s x",
        "x1s",
        "1 m",
        "99999999999999s",
        "1000000000d"
      })
  void what_is_no_duration_is_refused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Amounts.duration(text))
        .withMessage("a duration such as 500ms, 30s, 5m or 1h");
  }

  @ParameterizedTest
  @CsvSource({"131072, 131072", "128KiB, 131072", "1 MiB, 1048576", "7B, 7"})
  void sizes_have_a_unit_or_are_bytes(String text, long bytes) {
    assertThat(Amounts.size(text)).isEqualTo(bytes);
    assertThat(Amounts.size(Amounts.showSize(bytes))).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1KB", "k", "1.5MiB", "9999999999GiB"})
  void what_is_no_size_is_refused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Amounts.size(text));
  }
}
