package dev.metronome.cli;

import dev.metronome.base.log.PrintableText;
import dev.metronome.model.record.Event;
import dev.metronome.model.schedule.Nearest;
import dev.metronome.pipeline.membership.Roster;
import java.util.Optional;
import java.util.Set;

/** Why an accepted event may come to nothing, as far as the agents' presence tells. */
final class EventWarnings {

  static final String NO_AGENT =
      "no agent is running; the event waits in the queue until one starts";

  private EventWarnings() {}

  /** A sentence; nothing if some agent defines the event. */
  static Optional<String> about(Event event, Roster agents) {
    if (agents.isEmpty()) {
      return Optional.of(NO_AGENT);
    }
    Set<String> known = agents.events();
    if (known.contains(event.name())) {
      return Optional.empty();
    }
    String hint = Nearest.hint(event.name(), known);
    return Optional.of(
        "no agent's task files define the event `"
            + PrintableText.of(event.name())
            + "`, so it will end as skip"
            + hint);
  }
}
