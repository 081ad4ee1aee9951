package dev.metronome.pipeline.execute;

import dev.metronome.consul.Entry;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.UnreadableRecordException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads what stands in the slots of this node, each as often as it changes: the watch, the view and
 * the delivery look at the same. Thread-safe.
 */
final class Assignments {

  /** More slots than a node has; somebody has filled its folder then. */
  private static final int MOST = 256;

  private record Known(Entry slot, Assignment assignment) {}

  private final Map<String, Known> known = new ConcurrentHashMap<>();

  /**
   * What a slot says that is not vacant.
   *
   * @throws UnreadableRecordException if it is no assignment
   * @throws NewerRecordException if a newer leader wrote it
   */
  Assignment read(Entry slot) {
    Known before = known.get(slot.key());
    if (before != null && Arrays.equals(before.slot().value(), slot.value())) {
      return before.assignment();
    }
    Assignment assignment = Json.read(slot.key(), slot.value(), Assignment.class);
    if (known.size() >= MOST) { // promise 8
      known.clear();
    }
    known.put(slot.key(), new Known(slot, assignment));
    return assignment;
  }
}
