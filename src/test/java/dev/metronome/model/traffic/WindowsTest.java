package dev.metronome.model.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.traffic.Window.Span;
import dev.metronome.model.traffic.Window.Weekly;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowsTest {

  private static final Set<DayOfWeek> ALL = EnumSet.allOf(DayOfWeek.class);
  private static final Set<DayOfWeek> WORKING = EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY);

  private static Window weekly(
      boolean deny, Set<DayOfWeek> days, String from, String to, String zone) {
    return new Window(
        "night",
        deny,
        new Weekly(days, LocalTime.parse(from), LocalTime.parse(to), ZoneId.of(zone)));
  }

  private static Window once(boolean deny, String from, String to) {
    return new Window("xmas", deny, new Span(Instant.parse(from), Instant.parse(to)));
  }

  private static String opening(Windows windows, String at) {
    return windows.opening(Instant.parse(at)).map(Instant::toString).orElse("never");
  }

  @Test
  void a_day_is_the_one_on_which_the_window_opens() {
    Windows windows = Windows.of(List.of(weekly(false, WORKING, "22:00", "04:00", "UTC")));

    assertThat(windows.areOpen(Instant.parse("2026-11-28T03:59:59Z"))).as("Friday's").isTrue();
    assertThat(windows.areOpen(Instant.parse("2026-11-28T04:00:00Z"))).isFalse();
    assertThat(windows.areOpen(Instant.parse("2026-11-28T23:00:00Z"))).as("Saturday").isFalse();
    assertThat(windows.areOpen(Instant.parse("2026-11-30T03:00:00Z"))).as("Sunday's").isFalse();
    assertThat(opening(windows, "2026-11-28T12:00:00Z")).isEqualTo("2026-11-30T22:00:00Z");
    assertThat(opening(windows, "2026-11-30T22:00:00Z")).isEqualTo("2026-11-30T22:00:00Z");
  }

  @Test
  void one_that_denies_wins_and_without_one_that_allows_all_else_is_open() {
    Window xmas = once(true, "2026-12-20T00:00:00Z", "2027-01-02T00:00:00Z");
    Windows night = Windows.of(List.of(weekly(false, ALL, "22:00", "04:00", "UTC"), xmas));

    assertThat(opening(night, "2026-12-20T01:00:00Z")).isEqualTo("2027-01-02T00:00:00Z");
    assertThat(opening(night, "2026-12-19T23:30:00Z")).isEqualTo("2026-12-19T23:30:00Z");
    assertThat(opening(Windows.of(List.of(xmas)), "2026-12-24T18:00:00Z"))
        .isEqualTo("2027-01-02T00:00:00Z");
    assertThat(Windows.of(List.of(xmas)).areOpen(Instant.parse("2026-11-29T12:00:00Z"))).isTrue();
    assertThat(night.closedBy(Instant.parse("2026-12-24T12:00:00Z")))
        .isEqualTo("in xmas; not in night");
  }

  @Test
  void it_says_until_when_an_event_may_begin() {
    Window night = weekly(false, ALL, "22:00", "04:00", "UTC");
    Window xmas = once(true, "2026-12-20T00:00:00Z", "2027-01-02T00:00:00Z");

    assertThat(closing(List.of(night), "2026-12-19T23:00:00Z")).isEqualTo("2026-12-20T04:00:00Z");
    assertThat(closing(List.of(night, xmas), "2026-12-19T23:00:00Z"))
        .isEqualTo("2026-12-20T00:00:00Z");
    assertThat(closing(List.of(xmas), "2027-01-03T00:00:00Z")).isEqualTo("never");
    assertThat(night.times().words()).isEqualTo("each day 22:00 to 04:00 UTC");
    assertThat(weekly(false, WORKING, "06:00", "07:30", "Asia/Tokyo").times().words())
        .isEqualTo("mon, tue, wed, thu, fri 06:00 to 07:30 Asia/Tokyo");
  }

  private static String closing(List<Window> windows, String at) {
    return Windows.of(windows).closing(Instant.parse(at)).map(Instant::toString).orElse("never");
  }

  @Test
  void the_windows_of_all_patterns_must_be_open() {
    Windows both =
        Windows.of(List.of(weekly(false, ALL, "22:00", "04:00", "UTC")))
            .and(Windows.of(List.of(weekly(false, ALL, "02:00", "03:00", "UTC"))));

    assertThat(opening(both, "2026-11-29T12:00:00Z")).isEqualTo("2026-11-30T02:00:00Z");
  }

  @Test
  void those_that_are_never_open_together_say_so() {
    Windows past = Windows.of(List.of(once(false, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")));
    Windows denied =
        Windows.of(
            List.of(
                weekly(false, ALL, "22:00", "04:00", "UTC"),
                weekly(true, ALL, "21:00", "05:00", "UTC")));

    assertThat(past.opening(Instant.parse("2026-11-29T12:00:00Z"))).isEqualTo(Optional.empty());
    assertThat(opening(denied, "2026-11-29T12:00:00Z")).isEqualTo("never");
    assertThat(opening(Windows.ALWAYS, "2026-11-29T12:00:00Z")).isEqualTo("2026-11-29T12:00:00Z");
  }

  @ParameterizedTest
  @CsvSource({
    // The night that lacks the hour from two to three, and the one that has it twice.
    "01:00, 02:30, Europe/Berlin, 2026-03-28T12:00:00Z, 2026-03-29T00:00:00Z, 2026-03-29T01:00:00Z",
    "02:30, 04:00, Europe/Berlin, 2026-03-28T12:00:00Z, 2026-03-29T01:00:00Z, 2026-03-29T02:00:00Z",
    "01:00, 02:30, Europe/Berlin, 2026-10-24T12:00:00Z, 2026-10-24T23:00:00Z, 2026-10-25T01:30:00Z",
    "02:30, 04:00, Europe/Berlin, 2026-10-24T12:00:00Z, 2026-10-25T00:30:00Z, 2026-10-25T03:00:00Z",
    "22:00, 04:00, America/New_York, 2026-03-07T12:00:00Z, 2026-03-08T03:00:00Z, 2026-03-08T08:00:00Z",
    "22:00, 04:00, America/New_York, 2026-10-31T12:00:00Z, 2026-11-01T02:00:00Z, 2026-11-01T09:00:00Z",
    "22:00, 22:00, Asia/Kolkata, 2026-11-29T12:00:00Z, 2026-11-29T12:00:00Z, 2026-11-29T16:30:00Z",
  })
  void a_change_of_the_clock_neither_cuts_nor_turns_it(
      String from, String to, String zone, String at, String opens, String closes) {
    Windows windows = Windows.of(List.of(weekly(false, ALL, from, to, zone)));
    Instant end = Instant.parse(closes);

    assertThat(opening(windows, at)).isEqualTo(opens);
    assertThat(windows.areOpen(end.minusSeconds(1))).isTrue();
    assertThat(windows.areOpen(end)).isEqualTo(from.equals(to));
  }

  @Test
  void a_window_that_a_change_leaves_out_does_not_open_that_night() {
    Windows windows = Windows.of(List.of(weekly(false, ALL, "02:10", "02:50", "Europe/Berlin")));

    assertThat(opening(windows, "2026-03-28T12:00:00Z")).isEqualTo("2026-03-30T00:10:00Z");
  }
}
