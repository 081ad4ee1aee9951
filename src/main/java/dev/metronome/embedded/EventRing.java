package dev.metronome.embedded;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The last events that one agent has seen; each agent has its own, empty at its start. Guarded by
 * the {@link Store}'s lock.
 */
final class EventRing {
  private static final int CAPACITY = 256;

  private final Deque<FiredEvent> events = new ArrayDeque<>();

  void add(FiredEvent event) {
    if (events.size() == CAPACITY) {
      events.removeFirst();
    }
    events.addLast(event);
  }

  /** The events of a name, or all for an empty name; the oldest first. */
  QueryAnswer list(String name) {
    List<FiredEvent> found =
        events.stream().filter(event -> name.isEmpty() || event.name().equals(name)).toList();
    long index = found.isEmpty() ? 1 : found.get(found.size() - 1).hash();
    return new QueryAnswer(
        index,
        Reply.json(found),
        commit -> commit.touched(StoreTable.EVENTS),
        QueryAnswer.Order.HASHED);
  }
}
