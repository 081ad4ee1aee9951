package dev.metronome.pipeline.queue;

/** What a consumer does to the view of its queue, where a test plays the consumer. */
public final class Views {

  private Views() {}

  /** From now on what is read is known. */
  public static void open(Queue queue) {
    queue.view().open();
  }
}
