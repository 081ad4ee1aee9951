package dev.metronome.pipeline.queue;

/**
 * Told of what happens to items, on the thread that it happens on; must not block. One bean of this
 * type in Camel's registry hears of every queue.
 */
public interface QueueListener {

  /** For where nobody listens. */
  QueueListener NONE = new QueueListener() {};

  /** An event was offered to the event queue by this agent. */
  default void offered(Receipt receipt) {}

  /** An unreadable item was set aside. */
  default void setAside(Queue queue) {}
}
