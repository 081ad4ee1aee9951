package dev.metronome.state;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Plan;
import java.util.Optional;

/**
 * An event that is looked at again and again while it goes on: two requests each time, and what is
 * final is read once. Not thread-safe.
 */
public final class LiveEvent {
  private final String id;
  private final ResultReader reader;
  private Optional<Cancellation> cancelled = Optional.empty();

  public LiveEvent(ConsulConnection connection, Keys keys, String id) {
    this.id = id;
    this.reader = new ResultReader(connection, keys, id);
  }

  public String id() {
    return id;
  }

  /** From here on its tasks to come, and whether it is to end, are known from this. */
  public void learn(Plan plan) {
    reader.learn(plan);
    cancelled = plan.cancelled();
  }

  /**
   * How it stands now; empty if it has no result.
   *
   * @throws dev.metronome.model.record.UnreadableRecordException a result is not what it should be
   */
  public Optional<EventView> look() {
    EventState state = reader.read();
    return state
        .result()
        .map(EventSummary::of)
        .map(event -> event.cancelling(cancelled))
        .map(event -> EventView.of(event, state));
  }
}
