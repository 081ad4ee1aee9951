package dev.metronome.model.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronExpressionTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static List<String> next(String text, ZoneId zone, String after, int times) {
    CronExpression cron = CronExpression.of(text, zone);
    return Stream.iterate(
            cron.next(Instant.parse(after)), Optional::isPresent, it -> cron.next(it.get()))
        .limit(times)
        .map(it -> it.get().toString())
        .toList();
  }

  @Test
  void comes_at_its_minutes_on_its_days() {
    assertThat(next("0 3 * * 1-5", ZoneOffset.UTC, "2026-11-27T03:00:00Z", 2))
        .containsExactly("2026-11-30T03:00:00Z", "2026-12-01T03:00:00Z");
    assertThat(next("*/20 1 * jan,DEC sun", ZoneOffset.UTC, "2026-11-29T21:00:30Z", 4))
        .containsExactly(
            "2026-12-06T01:00:00Z",
            "2026-12-06T01:20:00Z",
            "2026-12-06T01:40:00Z",
            "2026-12-13T01:00:00Z");
  }

  @Test
  void either_of_two_restricted_day_fields_is_enough() {
    assertThat(next("0 0 13 * 5", ZoneOffset.UTC, "2026-12-11T01:00:00Z", 2))
        .containsExactly("2026-12-13T00:00:00Z", "2026-12-18T00:00:00Z");
  }

  @Test
  void a_leap_day_comes_every_four_years() {
    assertThat(next("0 0 29 2 *", ZoneOffset.UTC, "2026-11-29T00:00:00Z", 2))
        .containsExactly("2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z");
  }

  @ParameterizedTest
  @CsvSource({
    // In the night in which an hour is left out, at the end of the gap, once.
    "0 2 * * *, Europe/Berlin, 2026-03-28T12:00:00Z, 2026-03-29T01:00:00Z, 2026-03-30T00:00:00Z",
    "30 2 * * *, Europe/Berlin, 2026-03-28T12:00:00Z, 2026-03-29T01:00:00Z, 2026-03-30T00:30:00Z",
    "15 2 * * *, America/New_York, 2026-03-07T12:00:00Z, 2026-03-08T07:00:00Z, 2026-03-09T06:15:00Z",
    // In the night that has an hour twice, the first time, once.
    "30 2 * * *, Europe/Berlin, 2026-10-24T12:00:00Z, 2026-10-25T00:30:00Z, 2026-10-26T01:30:00Z",
    "30 1 * * *, America/New_York, 2026-10-31T12:00:00Z, 2026-11-01T05:30:00Z, 2026-11-02T06:30:00Z",
    // An offset of half an hour, and a change of half an hour.
    "0 9 * * *, Asia/Kolkata, 2026-11-29T03:00:00Z, 2026-11-29T03:30:00Z, 2026-11-30T03:30:00Z",
    "15 2 * * *, Australia/Lord_Howe, 2026-10-03T12:00:00Z, 2026-10-03T15:30:00Z, 2026-10-04T15:15:00Z",
  })
  void keeps_to_the_clock_on_the_wall(
      String text, String zone, String after, String first, String second) {
    assertThat(next(text, ZoneId.of(zone), after, 2)).containsExactly(first, second);
  }

  @Test
  void each_minute_of_a_gap_comes_at_its_end_and_of_an_overlap_once() {
    assertThat(next("*/30 * * * *", BERLIN, "2026-03-29T00:00:00Z", 4))
        .containsExactly(
            "2026-03-29T00:30:00Z",
            "2026-03-29T01:00:00Z",
            "2026-03-29T01:30:00Z",
            "2026-03-29T02:00:00Z");
    assertThat(next("*/30 * * * *", BERLIN, "2026-10-24T23:45:00Z", 4))
        .containsExactly(
            "2026-10-25T00:00:00Z",
            "2026-10-25T00:30:00Z",
            "2026-10-25T02:00:00Z",
            "2026-10-25T02:30:00Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0 3 * *",
        "60 * * * *",
        "0 3 * * 8",
        "0 3 ? * 1",
        "0 0 30 2 *",
        "0 0 31 4,6 *",
        "@daily",
        "5-1 * * * *"
      })
  void refuses_what_is_no_time_or_never_comes(String text) {
    assertThatThrownBy(() -> CronExpression.of(text, ZoneOffset.UTC))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_zone_is_one_of_the_tz_database() {
    assertThat(CronExpression.zone("Europe/Berlin")).contains(BERLIN);
    assertThat(CronExpression.zone("UTC")).isPresent();
    assertThat(CronExpression.zone("Europe/Berlyn")).isEmpty();
    assertThat(CronExpression.zone("+02:00")).isEmpty();
  }
}
