package dev.metronome.pipeline.queue;

import dev.metronome.consul.Entry;
import java.util.List;

/**
 * An item of a queue as it was last seen.
 *
 * @param id last segment of its key
 * @param entry the item itself
 * @param children keys below the item's own, such as the claims of a plan
 */
public record QueueItem(String id, Entry entry, List<Entry> children) {

  public QueueItem {
    children = List.copyOf(children);
  }
}
