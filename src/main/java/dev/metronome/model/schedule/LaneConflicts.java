package dev.metronome.model.schedule;

import dev.metronome.model.traffic.WhenBusy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What several events, or patterns, say of one lane or of one event's lane, and cannot all be
 * meant.
 */
final class LaneConflicts {
  private final Severity severity;

  /** What has been said, with where to report. */
  private record Said(EventDefinition event, EventLane lane, Findings findings) {}

  private LaneConflicts(Severity severity) {
    this.severity = severity;
  }

  /**
   * Reports each where it is said last, and names the place where it was said first.
   *
   * @param drafts what has been read, with where to report
   */
  static void check(List<Draft> drafts, Severity severity) {
    LaneConflicts conflicts = new LaneConflicts(severity);
    Map<String, List<Said>> byLane = new LinkedHashMap<>();
    Map<String, List<Said>> byEvent = new LinkedHashMap<>();
    for (Draft draft : drafts) {
      for (EventDefinition event : draft.pattern().orElseThrow().events().values()) {
        event
            .lane()
            .map(lane -> new Said(event, lane, draft.findings()))
            .ifPresent(
                said -> {
                  byLane.computeIfAbsent(said.lane().name(), it -> new ArrayList<>()).add(said);
                  byEvent.computeIfAbsent(event.name(), it -> new ArrayList<>()).add(said);
                });
      }
    }
    byLane.forEach(conflicts::limits);
    byEvent.forEach(conflicts::lanes);
    byEvent.forEach(conflicts::whenBusy);
  }

  private void limits(String lane, List<Said> all) {
    String subject = "lane " + Shown.text(lane) + " has the limit ";
    compare(all, EventLane::limit, subject, "; an agent goes by the lowest, keep one");
  }

  private void lanes(String event, List<Said> all) {
    String subject = "event " + Shown.text(event) + " is put into the lane ";
    compare(
        all,
        lane -> Optional.of(Shown.text(lane.name())),
        subject,
        "; it ends as error when it is fired");
  }

  private void whenBusy(String event, List<Said> all) {
    String subject = "event " + Shown.text(event) + " has `when_busy` ";
    Function<EventLane, Optional<String>> word =
        lane -> lane.whenBusy().map(WhenBusy::toString).map(Shown::text);
    compare(all, word, subject, "; an agent goes by `queue`, keep one");
  }

  private <T> void compare(
      List<Said> all, Function<EventLane, Optional<T>> value, String subject, String effect) {
    List<Said> said = all.stream().filter(it -> value.apply(it.lane()).isPresent()).toList();
    for (Said each : said) {
      Said first = said.get(0);
      T one = value.apply(first.lane()).orElseThrow();
      T other = value.apply(each.lane()).orElseThrow();
      if (!one.equals(other)) {
        String message = subject + other + " here, and " + one + " in " + first.lane().position();
        each.findings().add(severity, each.lane().position(), message + effect);
      }
    }
  }
}
