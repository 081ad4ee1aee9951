package dev.metronome.pipeline.queue;

import dev.metronome.consul.Entry;

/**
 * An item of a queue as it was last seen.
 *
 * @param id what it is called: mostly the last segment of its key
 * @param entry the item itself
 */
public record QueueItem(String id, Entry entry) {}
