package dev.metronome.pipeline.queue;

import dev.metronome.model.record.Event;
import java.util.Map;

/**
 * An event that waits, as it was read. What is planned by it is written only as long as it stands
 * there unchanged.
 *
 * @param key where it stands
 * @param index its ModifyIndex
 */
public record QueuedEvent(Event event, String key, long index) {

  public String id() {
    return event.id();
  }

  /** For conditions in routes. */
  public String name() {
    return event.name();
  }

  /** For conditions in routes. */
  public Map<String, String> params() {
    return event.params();
  }

  /** For conditions in routes. */
  public String source() {
    return event.source();
  }

  /** Whether it is what is known to stand there. */
  boolean isAsIn(QueueItem item) {
    return key.equals(item.entry().key()) && index == item.entry().modifyIndex();
  }
}
