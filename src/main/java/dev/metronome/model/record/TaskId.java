package dev.metronome.model.record;

/**
 * How a task of an event is called, {@code EVENT.NO}: among the items of a node's queue, in the
 * files that a node keeps, in traces.
 */
public final class TaskId {

  private TaskId() {}

  public static String of(String eventId, int no) {
    return eventId + "." + no;
  }
}
