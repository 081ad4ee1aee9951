package dev.metronome.pipeline.migration;

import dev.metronome.model.record.Event;
import java.util.List;

/**
 * What came, or would come, of what the original left.
 *
 * @param accepted events that waited and wait here now, in their order
 * @param known IDs of those that are queued here or have a result: each counts once
 * @param ended IDs of events that it was running, and that end as an error
 * @param faults what cannot be read and is set aside: key and reason
 */
public record MigrationReport(
    List<Event> accepted, List<String> known, List<String> ended, List<String> faults) {

  public MigrationReport {
    accepted = List.copyOf(accepted);
    known = List.copyOf(known);
    ended = List.copyOf(ended);
    faults = List.copyOf(faults);
  }
}
