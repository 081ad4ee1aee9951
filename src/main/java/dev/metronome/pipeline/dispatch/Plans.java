package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Entry;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Plan;
import java.util.Arrays;

/**
 * Reads plans. The one that it has read or written last is recognised by its bytes and not parsed
 * again: it comes back with every claim of its head task. Thread-safe.
 */
final class Plans {

  private static final class Known {
    private final byte[] value;
    private final Plan plan;

    Known(byte[] value, Plan plan) {
      this.value = value;
      this.plan = plan;
    }
  }

  private volatile Known known;

  /**
   * The plan that stands in a slot.
   *
   * @throws dev.metronome.model.record.UnreadableRecordException if it is none
   */
  Plan read(Entry entry) {
    Known last = known;
    if (last != null && Arrays.equals(last.value, entry.value())) {
      return last.plan;
    }
    Plan plan = Json.read(entry.key(), entry.value(), Plan.class);
    known = new Known(entry.value(), plan);
    return plan;
  }

  /** The bytes of a plan that has just been written. */
  byte[] written(Plan plan) {
    byte[] value = Json.write(plan);
    known = new Known(value, plan);
    return value;
  }
}
