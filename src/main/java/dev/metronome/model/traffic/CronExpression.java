package dev.metronome.model.traffic;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;
import java.util.Set;

/**
 * Times of the calendar in a zone: minute, hour, day of month, month and day of week, as in {@code
 * crontab(5)}; a day counts if either of two restricted day fields takes it. Immutable, hence safe
 * for all threads.
 *
 * <p><i>Guarantees:</i> a time that a change of the clock leaves out comes once, at the end of the
 * gap; one that it brings twice comes once, the first time. The library only reckons on the wall's
 * calendar, never in a zone.
 */
public final class CronExpression {

  /** Where nothing else is said. */
  public static final ZoneId UTC = ZoneId.of("UTC");

  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  private final String text;
  private final ZoneId zone;
  private final ExecutionTime wall;

  private CronExpression(String text, ZoneId zone, ExecutionTime wall) {
    this.text = text;
    this.zone = zone;
    this.wall = wall;
  }

  /**
   * @param text five fields
   * @throws IllegalArgumentException if it is no such text, or never comes
   */
  public static CronExpression of(String text, ZoneId zone) {
    ExecutionTime wall = ExecutionTime.forCron(PARSER.parse(text).validate());
    if (wall.nextExecution(LocalDateTime.of(2000, 1, 1, 0, 0).atZone(ZoneOffset.UTC)).isEmpty()) {
      throw new IllegalArgumentException("no month has such a day");
    }
    return new CronExpression(text, zone, wall);
  }

  /** The zone of this name, written as the tz database does: no offset, no abbreviation. */
  public static Optional<ZoneId> zone(String name) {
    return Set.copyOf(ZoneId.getAvailableZoneIds()).contains(name)
        ? Optional.of(ZoneId.of(name))
        : Optional.empty();
  }

  public String text() {
    return text;
  }

  public ZoneId zone() {
    return zone;
  }

  /** The first time after another; empty if the library's calendar ends before, as it does. */
  public Optional<Instant> next(Instant after) {
    Optional<LocalDateTime> on = wallNext(LocalDateTime.ofInstant(after, zone));
    while (on.isPresent() && !instant(on.get()).isAfter(after)) {
      on = wallNext(on.get());
    }
    return on.map(this::instant);
  }

  private Optional<LocalDateTime> wallNext(LocalDateTime after) {
    return wall.nextExecution(after.atZone(ZoneOffset.UTC)).map(time -> time.toLocalDateTime());
  }

  private Instant instant(LocalDateTime time) {
    ZoneOffsetTransition change = zone.getRules().getTransition(time);
    return change != null && change.isGap()
        ? change.getInstant()
        : time.atZone(zone).toInstant(); // of two the earlier
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CronExpression that && text.equals(that.text) && zone.equals(that.zone);
  }

  @Override
  public int hashCode() {
    return 31 * text.hashCode() + zone.hashCode();
  }

  @Override
  public String toString() {
    return text + " " + zone;
  }
}
