package dev.metronome.model.schedule;

import dev.metronome.model.traffic.Cron;
import dev.metronome.model.traffic.CronExpression;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code cron} of an event. */
final class CronReader {
  private static final Set<String> KEYS = Set.of("at", "zone", "catch_up", "within", "overlap");
  private static final Duration LONGEST = Duration.ofDays(31);

  /** The ID of a tick is {@code cron.NAME.20261129T030000Z}, and an ID is part of a key. */
  private static final String NAME = "[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*";

  private static final int LONGEST_NAME = 100;

  private final Section event;
  private final Findings findings;

  CronReader(Section event, Findings findings) {
    this.event = event;
    this.findings = findings;
  }

  /**
   * @param name of the event
   */
  Optional<Cron> read(String name, DeclaredParameters parameters) {
    if (!event.has("cron")) {
      return Optional.empty();
    }
    if (!name.matches(NAME) || name.length() > LONGEST_NAME) {
      findings.error(
          event.position("cron"),
          event.title()
              + " has `cron`, so that its name becomes part of an ID: up to "
              + LONGEST_NAME
              + " letters, digits, `_`, `-` and dots between them");
    }
    parameters
        .objection(Map.of())
        .ifPresent(
            why ->
                findings.error(
                    event.position("cron"),
                    event.title()
                        + " has `cron`, which sends no parameters: "
                        + why
                        + "; make it optional"));
    return event.value("cron").flatMap(this::cron);
  }

  private Optional<Cron> cron(Value value) {
    if (value instanceof Value.Text text) {
      return expression(text.text(), CronExpression.UTC, text.position())
          .map(it -> new Cron(it, Cron.CatchUp.NONE, Cron.WITHIN, Cron.Overlap.SKIP));
    }
    return event
        .mapping("cron", "five fields such as `\"0 3 * * 1-5\"`, or a mapping with `at`")
        .flatMap(it -> cron(new Section(it, "`cron` of " + event.title(), findings).allow(KEYS)));
  }

  private Optional<Cron> cron(Section section) {
    if (!section.has("at")) {
      findings.error(section.mapping().position(), section.title() + " has no `at`");
    }
    ZoneId zone = section.zone().orElse(CronExpression.UTC);
    Optional<CronExpression> times =
        section
            .text("at")
            .flatMap(it -> expression(it, zone, section.value("at").orElseThrow().position()));
    Cron.CatchUp catchUp =
        section.oneOf("catch_up", Arrays.asList(Cron.CatchUp.values())).orElse(Cron.CatchUp.NONE);
    Cron.Overlap overlap =
        section.oneOf("overlap", Arrays.asList(Cron.Overlap.values())).orElse(Cron.Overlap.SKIP);
    Optional<Duration> within = section.duration("within", Cron.GRACE, LONGEST);
    if (section.has("within") && catchUp == Cron.CatchUp.NONE) {
      findings.warning(
          section.position("within"),
          "`within` of "
              + section.title()
              + " has no effect without `catch_up: last` or `catch_up: all`");
    }
    if (catchUp == Cron.CatchUp.ALL && overlap == Cron.Overlap.SKIP) {
      findings.warning(
          section.position("catch_up"),
          "`catch_up: all` of "
              + section.title()
              + " makes up for one tick at most, since the next would overlap; say `overlap: queue`");
    }
    return times.map(it -> new Cron(it, catchUp, within.orElse(Cron.WITHIN), overlap));
  }

  private Optional<CronExpression> expression(String text, ZoneId zone, Position position) {
    try {
      return Optional.of(CronExpression.of(text, zone));
    } catch (IllegalArgumentException e) {
      findings.error(
          position,
          Shown.text(text)
              + " of "
              + event.title()
              + " is no time of cron's (minute, hour, day of month, month, day of week): "
              + CronReader.sentence(e));
      return Optional.empty();
    }
  }

  private static String sentence(IllegalArgumentException e) {
    String text = String.valueOf(e.getMessage()).replace("Failed to parse cron expression. ", "");
    return Shown.plain(Character.toLowerCase(text.charAt(0)) + text.substring(1));
  }
}
