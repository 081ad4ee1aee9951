package dev.metronome.pipeline.dispatch;

import dev.metronome.model.record.Event;
import dev.metronome.model.record.Lane;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.traffic.LaneRule;
import dev.metronome.model.traffic.WhenBusy;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.queue.QueuedEvent.Place;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Which of the events that wait have room in their lanes, by the leader's task files. */
public final class Lanes implements EventQueue.Lanes {

  private final Supplier<Schedule> files;
  private final Slots slots;

  public Lanes(Supplier<Schedule> files, Slots slots) {
    this.files = files;
    this.slots = slots;
  }

  /**
   * @param body a step that ends an event has the next one of its lane take its place
   */
  @Override
  public EventQueue.Room room(Object body) {
    Optional<String> freed =
        body instanceof Step step && step.isEnd() ? Optional.of(step.slot()) : Optional.empty();
    Set<String> occupied = new HashSet<>(slots.occupied());
    freed.ifPresent(occupied::remove);
    return new Room(files.get(), slots, occupied, freed);
  }

  private record Room(Schedule files, Slots slots, Set<String> occupied, Optional<String> freed)
      implements EventQueue.Room {

    @Override
    public boolean isNone() {
      List<Lane> lanes = files.lanes();
      return freed.isEmpty()
          && lanes.stream().allMatch(lane -> lane.free(occupied).isEmpty())
          && files.eventNames().stream()
              .allMatch(event -> files.laneOf(event).whenBusy() == WhenBusy.QUEUE);
    }

    @Override
    public Optional<Place> place(Event event) {
      LaneRule rule = files.laneOf(event.name());
      Optional<String> free = rule.lane().free(occupied);
      if (freed.isPresent()) {
        return freed.filter(slot -> free.isPresent() && rule.lane().has(slot)).map(Place::free);
      }
      return free.map(Place::free)
          .or(() -> refusal(rule).map(how -> Place.refused(rule.lane().slot(1), how)));
    }

    private Optional<Outcome> refusal(LaneRule rule) {
      return rule.whenBusy() == WhenBusy.REJECT
          ? Optional.of(
              Outcome.skip(
                  "its lane "
                      + rule.lane().name()
                      + " is busy with "
                      + String.join(", ", slots.eventsIn(rule.lane()))
                      + ", and by `when_busy: reject` it does not wait"))
          : Optional.empty();
    }

    @Override
    public Optional<Place> replaced(Event older, Event newer) {
      LaneRule rule = files.laneOf(older.name());
      boolean busy = rule.lane().free(occupied).isEmpty();
      return busy && rule.whenBusy() == WhenBusy.REPLACE && older.name().equals(newer.name())
          ? Optional.of(
              Place.refused(
                  rule.lane().slot(1),
                  Outcome.skip(
                      "event "
                          + newer.id()
                          + " has come after it and takes its place, by `when_busy: replace`"
                          + " of lane "
                          + rule.lane().name())))
          : Optional.empty();
    }
  }
}
