package dev.metronome.pipeline.queue;

import dev.metronome.model.record.Event;
import dev.metronome.model.record.Outcome;
import java.util.Map;
import java.util.Optional;

/**
 * An event that waits, as it was read. What is planned by it is written only as long as it stands
 * there unchanged.
 *
 * @param key where it stands
 * @param index its ModifyIndex
 * @param place where it may begin, if that has been looked for
 */
public record QueuedEvent(Event event, String key, long index, Optional<Place> place) {

  /**
   * What is found where an event's lane was looked at.
   *
   * @param slot where its plan is to stand
   * @param refusal how it ends instead, since it may not wait for its lane
   * @param newer that takes its place; it ends so only as long as that one waits as it was read
   * @param ahead the index of those that go ahead, as it was known then
   */
  public record Place(
      String slot, Optional<Outcome> refusal, Optional<QueuedEvent> newer, Optional<Long> ahead) {

    /** It may begin there. */
    public static Place free(String slot) {
      return new Place(slot, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** It ends. */
    public static Place refused(String slot, Outcome how) {
      return new Place(slot, Optional.of(how), Optional.empty(), Optional.empty());
    }

    Place inFavourOf(QueuedEvent other) {
      return new Place(slot, refusal, Optional.of(other), ahead);
    }

    Place behind(Optional<Long> known) {
      return new Place(slot, refusal, newer, known);
    }
  }

  static QueuedEvent of(Event event, String key, long index) {
    return new QueuedEvent(event, key, index, Optional.empty());
  }

  QueuedEvent at(Place found) {
    return new QueuedEvent(event, key, index, Optional.of(found));
  }

  public String id() {
    return event.id();
  }

  /** The one that takes its place, if it ends by that. */
  public Optional<QueuedEvent> newer() {
    return place.flatMap(Place::newer);
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
