package dev.metronome.pipeline.traffic;

import dev.metronome.model.record.Event;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/**
 * A time at which an event is due by its {@code cron}.
 *
 * @param name of the event
 */
public record Tick(String name, Instant at, Event event) {

  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /** How the events of ticks came in. */
  public static final String SOURCE = "cron";

  /**
   * @param by who fires it
   */
  static Tick of(String name, Instant at, Instant now, String by) {
    return new Tick(name, at, Event.of(id(name, at), name, Map.of(), now, SOURCE, by));
  }

  // INVARIANT: promise 2, a tick is one event: its ID is made of its time, whoever leads.
  /** The ID of its event, such as {@code cron.backup.20261129T030000Z}. */
  public static String id(String name, Instant at) {
    return SOURCE + "." + name + "." + FORM.format(at);
  }
}
