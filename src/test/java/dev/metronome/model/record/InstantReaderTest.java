package dev.metronome.model.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstantReaderTest {

  @Test
  void a_time_is_read_as_it_was_written() {
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      long seconds = random.nextLong(-62_167_219_200L, 253_402_300_800L); // the years 0 to 9999
      int nanos = random.nextInt(1_000_000_000) / (int) Math.pow(10, random.nextInt(10));
      Instant written = Instant.ofEpochSecond(seconds, nanos);
      assertThat(InstantReader.read(written.toString())).isEqualTo(written);
    }
    assertThat(InstantReader.read("2024-02-29T23:59:59.5Z"))
        .isEqualTo(Instant.parse("2024-02-29T23:59:59.5Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Z",
        "2026-11-29",
        "2026-11-29T15:01Z",
        "2026-11-29T15:01:44",
        "2026-11-29T15:01:44+01:00",
        "2026-11-29 15:01:44Z",
        "2026-11-29t15:01:44z",
        "2026-11-29T15:01:44.Z",
        "2026-11-29T15:01:44.1x3Z",
        "2026-11-29T15:01:44.1234567890Z",
        "2026-11-29T15:01:44,5Z",
        "2026-11-29T24:00:00Z",
        "2026-11-29T15:60:00Z",
        "2026-12-31T23:59:60Z",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "-999-01-01T00:00:00Z",
        "+12026-11-29T15:01:44Z",
        "2026-1x-29T15:01:44Z",
      })
  void what_is_otherwise_is_left_to_jackson(String text) {
    assertThat(InstantReader.read(text)).isNull();
  }

  @Test
  void what_jackson_reads_and_refuses_stays_so() {
    assertThat(started("2026-11-29T24:00:00Z")).isEqualTo(Instant.parse("2026-11-30T00:00:00Z"));
    assertThat(started("2026-11-29T15:01:44+01:00")).isEqualTo("2026-11-29T14:01:44Z");
    assertThatThrownBy(() -> started("2026-02-30T00:00:00Z"))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining("StartedAt");
  }

  private static Instant started(String text) {
    String json =
        "{\"Format\":1,\"ID\":\"a\",\"Name\":\"x\",\"Status\":\"skip\",\"StartedAt\":\"%s\"}";
    return Json.read("k", json.formatted(text).getBytes(UTF_8), EventResult.class)
        .startedAt()
        .orElseThrow();
  }
}
