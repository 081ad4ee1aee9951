package dev.metronome.model.schedule;

import dev.metronome.model.traffic.CronExpression;
import dev.metronome.model.traffic.Window;
import dev.metronome.model.traffic.Window.Span;
import dev.metronome.model.traffic.Window.Times;
import dev.metronome.model.traffic.Window.Weekly;
import dev.metronome.model.traffic.Windows;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the section {@code windows}, and which of them an event names. */
final class WindowReader {
  private static final Set<String> KEYS = Set.of("deny", "days", "from", "to", "zone");
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

  private final Findings findings;
  private final Instant now;
  private final Map<String, Window> windows = new LinkedHashMap<>();
  private final Set<String> defined = new HashSet<>();
  private final Set<String> used = new HashSet<>();

  /**
   * @param now what is open never again from now on is told
   */
  WindowReader(Findings findings, Instant now) {
    this.findings = findings;
    this.now = now;
  }

  /** Reads all windows of a file. */
  WindowReader define(Section top) {
    for (Value.Entry entry : top.entries("windows", "a mapping of names to windows")) {
      Names.check("window", entry.key(), entry.position(), findings);
      defined.add(entry.key());
      window(entry).ifPresent(it -> windows.put(entry.key(), it));
    }
    return this;
  }

  private Optional<Window> window(Value.Entry entry) {
    String title = "window " + Shown.text(entry.key());
    if (!(entry.value() instanceof Value.Mapping mapping)) {
      findings.error(
          entry.position(),
          title + " must be a mapping such as `{from: \"22:00\", to: \"04:00\"}`");
      return Optional.empty();
    }
    Section section = new Section(mapping, title, findings).allow(KEYS);
    for (String key : List.of("from", "to")) {
      if (!section.has(key)) {
        findings.error(mapping.position(), title + " has no `" + key + "`");
      }
    }
    boolean deny = section.flag("deny").orElse(false);
    ZoneId zone = section.zone().orElse(CronExpression.UTC);
    Optional<String> from = section.text("from");
    Optional<String> to = section.text("to");
    if (from.isEmpty() || to.isEmpty()) {
      return Optional.empty();
    }
    boolean weekly = !from.get().contains("T");
    Optional<? extends Times> times = weekly ? weekly(section, zone) : once(section, zone);
    return times.map(it -> new Window(entry.key(), deny, it));
  }

  private Optional<Weekly> weekly(Section section, ZoneId zone) {
    Optional<LocalTime> from = time(section, "from");
    Optional<LocalTime> to = time(section, "to");
    Set<DayOfWeek> days = days(section);
    return from.isEmpty() || to.isEmpty() || days.isEmpty()
        ? Optional.empty()
        : Optional.of(new Weekly(days, from.get(), to.get(), zone));
  }

  private Optional<LocalTime> time(Section section, String key) {
    String text = section.text(key).orElseThrow();
    try {
      return Optional.of(LocalTime.parse(text.matches("\\d:\\d\\d") ? "0" + text : text));
    } catch (DateTimeParseException e) {
      findings.error(
          section.value(key).orElseThrow().position(),
          Shown.text(key + ": " + text)
              + " of "
              + section.title()
              + " is neither a time of day such as `\"22:00\"` nor one such as"
              + " `2026-12-20T00:00Z`");
      return Optional.empty();
    }
  }

  private Set<DayOfWeek> days(Section section) {
    if (!section.has("days")) {
      return EnumSet.allOf(DayOfWeek.class);
    }
    List<Value> items =
        section.value("days").filter(Value.Text.class::isInstance).isPresent()
            ? List.of(section.value("days").get())
            : section.list("days", "a list of days such as `[mon, tue]`").orElse(List.of());
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (Value item : items) {
      String word = item instanceof Value.Text text ? text.text().toLowerCase(Locale.ROOT) : "";
      if (DAYS.contains(word)) {
        days.add(DayOfWeek.of(DAYS.indexOf(word) + 1));
      } else {
        findings.error(
            item.position(),
            (item instanceof Value.Text text ? Shown.text(text.text()) : item.kind())
                + " in `days` of "
                + section.title()
                + " is no day"
                + Nearest.hint(word, DAYS, "; days: " + String.join(", ", DAYS)));
      }
    }
    if (items.isEmpty() && section.value("days").isPresent()) {
      findings.error(section.position("days"), section.title() + " has no day in `days`");
    }
    return days;
  }

  private Optional<Span> once(Section section, ZoneId zone) {
    if (section.has("days")) {
      findings.error(
          section.position("days"), section.title() + " is once, by its `from`, and has `days`");
    }
    Optional<Instant> from = instant(section, "from", zone);
    Optional<Instant> to = instant(section, "to", zone);
    if (from.isEmpty() || to.isEmpty()) {
      return Optional.empty();
    }
    if (!from.get().isBefore(to.get())) {
      findings.error(section.position("to"), section.title() + " ends before it begins");
      return Optional.empty();
    }
    return Optional.of(new Span(from.get(), to.get()));
  }

  /** With an offset, or else by the zone. */
  private Optional<Instant> instant(Section section, String key, ZoneId zone) {
    String text = section.text(key).orElseThrow();
    try {
      return Optional.of(
          text.matches(".*(Z|[+-]\\d\\d:?\\d\\d)")
              ? OffsetDateTime.parse(text).toInstant()
              : LocalDateTime.parse(text).atZone(zone).toInstant());
    } catch (DateTimeException e) {
      findings.error(
          section.value(key).orElseThrow().position(),
          Shown.text(key + ": " + text)
              + " of "
              + section.title()
              + " is no time such as `2026-12-20T00:00Z`");
      return Optional.empty();
    }
  }

  /** The windows that an event names. */
  Windows of(Section event) {
    List<Window> named = new ArrayList<>();
    boolean whole = true;
    for (Value item : names(event)) {
      String name = item instanceof Value.Text text ? text.text() : "";
      used.add(name);
      Optional<Window> window = Optional.ofNullable(windows.get(name));
      whole &= window.isPresent();
      window.ifPresent(named::add);
      if (!defined.contains(name)) {
        findings.error(
            item.position(),
            "`window` of "
                + event.title()
                + " names "
                + (name.isEmpty() ? item.kind() : Shown.text(name))
                + ", which is not defined"
                + Nearest.hint(
                    name,
                    defined,
                    defined.isEmpty()
                        ? "; this file has no `windows`"
                        : "; defined: " + Shown.list(defined)));
      }
    }
    Windows all = Windows.of(named);
    if (whole && all.opening(now).isEmpty()) {
      findings.warning(
          event.position("window"),
          "the windows of " + event.title() + " are never open together from now on");
    }
    return all;
  }

  private static List<Value> names(Section event) {
    return event.value("window").filter(Value.Text.class::isInstance).isPresent()
        ? List.of(event.value("window").get())
        : event.list("window", "a window's name, or a list of such").orElse(List.of());
  }

  /** Names the windows that no event names. */
  void checkUse(Section top) {
    for (Value.Entry entry : top.entries("windows", "a mapping of names to windows")) {
      if (!used.contains(entry.key())) {
        findings.warning(
            entry.position(), "window " + Shown.text(entry.key()) + " is used by no event");
      }
    }
  }
}
