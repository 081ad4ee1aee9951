package dev.metronome.base.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineFormatterTest {

  private static String line(LineFormatter formatter, Level level, Instant time) {
    LogRecord record = new LogRecord(level, "x=1");
    record.setInstant(time);
    return formatter.format(record);
  }

  private static LineFormatter in(String zone) {
    return new LineFormatter(ZoneId.of(zone), StackTraces.HIDDEN, Redaction.none());
  }

  /** Also within one second, to and fro, and over a change of the clock. */
  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Europe/Berlin", "Asia/Kathmandu"})
  void the_time_of_each_line_is_its_own(String zone) {
    LineFormatter formatter = in(zone);
    DateTimeFormatter expected =
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT)
            .withZone(ZoneId.of(zone));
    Instant change = Instant.parse("2026-10-25T01:00:00Z");
    for (Instant time :
        List.of(
            change.minusMillis(1),
            change,
            change.plusMillis(7),
            change.plusMillis(70),
            change.plusMillis(999),
            change.plusMillis(1_000),
            change.plusMillis(70),
            change.plusNanos(1_999_999))) {
      assertThat(line(formatter, Level.INFO, time))
          .isEqualTo(expected.format(time) + " [INFO ] x=1\n");
    }
  }

  @Test
  void levels_are_of_one_width() {
    Instant time = Instant.parse("2026-11-29T10:00:00.012Z");

    assertThat(line(in("UTC"), Level.SEVERE, time))
        .isEqualTo("2026-11-29T10:00:00.012Z [ERROR] x=1\n");
    assertThat(line(in("UTC"), Level.WARNING, time)).contains(" [WARN ] ");
    assertThat(line(in("UTC"), Level.FINE, time)).contains(" [DEBUG] ");
  }
}
