package dev.metronome.cli.picture;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Points in time for people: without the date where that is today's.
 *
 * @param now for what is today
 */
public record Moments(Instant now, ZoneId zone) {
  private static final DateTimeFormatter TODAY =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter OTHER =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  public String of(Instant moment) {
    ZonedDateTime local = moment.atZone(zone);
    boolean today = local.toLocalDate().equals(LocalDate.ofInstant(now, zone));
    return (today ? TODAY : OTHER).format(local);
  }
}
