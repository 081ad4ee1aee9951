package dev.metronome.model.schedule;

import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Lane;
import dev.metronome.model.traffic.WhenBusy;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** Reads {@code lane} of an event. */
final class LaneReader {
  private static final Set<String> KEYS = Set.of("name", "limit", "when_busy");

  private final Section event;
  private final Findings findings;

  LaneReader(Section event, Findings findings) {
    this.event = event;
    this.findings = findings;
  }

  Optional<EventLane> read() {
    return event.value("lane").flatMap(this::lane);
  }

  private Optional<EventLane> lane(Value value) {
    if (value instanceof Value.Text text) {
      return Optional.of(text)
          .filter(it -> isName(it.text(), it.position()))
          .map(
              it -> new EventLane(it.text(), Optional.empty(), Optional.empty(), value.position()));
    }
    return event
        .mapping("lane", "a lane's name, or a mapping with `name`")
        .flatMap(it -> lane(new Section(it, "`lane` of " + event.title(), findings).allow(KEYS)));
  }

  private Optional<EventLane> lane(Section section) {
    if (!section.has("name")) {
      findings.error(section.mapping().position(), section.title() + " has no `name`");
    }
    Optional<String> name =
        section
            .text("name")
            .filter(it -> isName(it, section.value("name").orElseThrow().position()));
    Optional<Integer> limit =
        section.integer("limit", 1, Lane.MOST, "an integer between 1 and " + Lane.MOST);
    Optional<WhenBusy> whenBusy = section.oneOf("when_busy", Arrays.asList(WhenBusy.values()));
    boolean misplaced = name.equals(Optional.of(Keys.COMMON_LANE)) && limit.orElse(1) != 1;
    if (misplaced) {
      findings.error(
          section.value("limit").orElseThrow().position(),
          section.title()
              + " gives the lane `common` a limit; it is that of all events that name none,"
              + " one after another");
    }
    return name.map(
        it ->
            new EventLane(
                it, misplaced ? Optional.empty() : limit, whenBusy, section.mapping().position()));
  }

  private boolean isName(String name, Position position) {
    if (!Lane.isName(name)) {
      findings.error(
          position,
          "lane name "
              + Shown.text(name)
              + " of "
              + event.title()
              + " is not 1 to 32 letters, digits, `_` and `-`");
    }
    return Lane.isName(name);
  }
}
