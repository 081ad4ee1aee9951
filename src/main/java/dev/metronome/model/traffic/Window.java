package dev.metronome.model.traffic;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.time.zone.ZoneOffsetTransition;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A time in which events may begin, or may not: once, or again and again. Immutable.
 *
 * @param name as the task file calls it
 * @param deny whether nothing may begin in it
 */
public record Window(String name, boolean deny, Times times) {

  public Window {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(times, "times");
  }

  /** Where it is on the time line. */
  public sealed interface Times {

    /**
     * The times in order, the first of them the one that contains this moment or comes after it.
     * Each has a length.
     */
    Stream<Span> from(Instant moment);

    /** When that is, for people: {@code mon, tue 22:00 to 04:00 Europe/Berlin}, or {@code once}. */
    String words();
  }

  /**
   * A part of the time line.
   *
   * @param from its first moment
   * @param to the first one after it
   */
  public record Span(Instant from, Instant to) implements Times {
    public Span {
      if (!from.isBefore(to)) {
        throw new IllegalArgumentException("it ends before it begins");
      }
    }

    @Override
    public Stream<Span> from(Instant moment) {
      return to.isAfter(moment) ? Stream.of(this) : Stream.empty();
    }

    boolean contains(Instant moment) {
      return !from.isAfter(moment) && to.isAfter(moment);
    }

    @Override
    public String words() {
      return "once";
    }
  }

  /**
   * Each week: it opens when the clock on the wall shows {@code from} for the first time, and
   * closes when it shows {@code to} for the last time, so that a change of the clock neither cuts
   * it in two nor turns it round. A time that the change leaves out is the end of the gap.
   *
   * @param days on which it opens
   * @param to on the next day if it is not later than {@code from}
   */
  public record Weekly(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone)
      implements Times {

    /** So far into the future, in days. */
    private static final int HORIZON = 15;

    public Weekly {
      days = Set.copyOf(days);
      if (days.isEmpty()) {
        throw new IllegalArgumentException("it has no day");
      }
    }

    @Override
    public Stream<Span> from(Instant moment) {
      LocalDate yesterday = LocalDate.ofInstant(moment, zone).minusDays(1);
      return IntStream.range(0, HORIZON)
          .mapToObj(yesterday::plusDays)
          .filter(day -> days.contains(day.getDayOfWeek()))
          .flatMap(day -> on(day).stream())
          .filter(span -> span.to().isAfter(moment));
    }

    @Override
    public String words() {
      String on =
          days.size() == DayOfWeek.values().length
              ? "each day"
              : days.stream()
                  .sorted()
                  .map(day -> day.getDisplayName(TextStyle.SHORT, Locale.ENGLISH))
                  .collect(Collectors.joining(", "))
                  .toLowerCase(Locale.ROOT);
      return on + " " + from + " to " + to + " " + zone;
    }

    private Optional<Span> on(LocalDate day) {
      LocalDate last = to.isAfter(from) ? day : day.plusDays(1);
      Instant opens = instant(day.atTime(from), true);
      Instant closes = instant(last.atTime(to), false);
      return opens.isBefore(closes) ? Optional.of(new Span(opens, closes)) : Optional.empty();
    }

    private Instant instant(LocalDateTime time, boolean first) {
      ZoneOffsetTransition change = zone.getRules().getTransition(time);
      if (change != null && change.isGap()) {
        return change.getInstant();
      }
      return first
          ? time.atZone(zone).withEarlierOffsetAtOverlap().toInstant()
          : time.atZone(zone).withLaterOffsetAtOverlap().toInstant();
    }
  }

  boolean contains(Instant moment) {
    return times.from(moment).findFirst().filter(span -> span.contains(moment)).isPresent();
  }
}
