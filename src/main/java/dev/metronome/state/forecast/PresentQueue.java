package dev.metronome.state.forecast;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Keys;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.state.ClusterView.Running;
import dev.metronome.state.EventSummary;
import dev.metronome.state.QueueView;
import dev.metronome.state.State;
import dev.metronome.state.UsualDuration;
import dev.metronome.state.Viewer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What is in progress and waits in the cluster now, with what such events have taken as a rule. One
 * that may not begin now is passed over, as the leader does.
 */
public final class PresentQueue implements LaneQueue {

  /** A longer queue is only counted. */
  private static final int LONGEST = 500;

  private final Viewer viewer;
  private final Clock clock;

  public PresentQueue(ConsulConnection connection, Keys keys, Clock clock) {
    this.viewer = new Viewer(connection, keys, clock);
    this.clock = clock;
  }

  @Override
  public Content of(String lane, Schedule files) {
    return read(lane::equals, waits -> files.laneOf(waits).lane().name().equals(lane));
  }

  /** The same, of all lanes. */
  public Content all() {
    return read(lane -> true, name -> true);
  }

  /**
   * @param running whether something in progress counts, by its lane
   * @param waiting whether an event that waits does, by its name
   */
  private Content read(Predicate<String> running, Predicate<String> waiting) {
    Map<String, Optional<Duration>> usual = new HashMap<>();
    List<EventAhead> ahead = new ArrayList<>();
    for (Running event : inProgress(running)) {
      ahead.add(running(event, usual(event.name(), usual)));
    }
    QueueView queue = viewer.queue(LONGEST);
    for (EventSummary event : queue.events()) {
      if (waiting.test(event.name()) && queue.blocked(event.id()).isEmpty()) {
        Optional<Long> whole = usual(event.name(), usual).map(Duration::toSeconds);
        ahead.add(
            new EventAhead(
                Optional.of(event.id()), event.name(), State.QUEUED, whole, event.ahead()));
      }
    }
    return new Content(ahead, Optional.of(queue.waiting()).filter(number -> number > LONGEST));
  }

  private List<Running> inProgress(Predicate<String> lane) {
    return viewer.cluster().inProgress().stream().filter(it -> lane.test(it.lane())).toList();
  }

  private EventAhead running(Running event, Optional<Duration> usual) {
    Instant now = clock.instant();
    Optional<Long> left =
        usual
            .map(event.startedAt()::plus)
            .map(end -> Math.max(0, Duration.between(now, end).toSeconds()));
    return new EventAhead(
        Optional.of(event.id()), event.name(), State.INPROGRESS, left, Optional.empty());
  }

  private Optional<Duration> usual(String name, Map<String, Optional<Duration>> known) {
    return known.computeIfAbsent(name, it -> viewer.usual(it).map(UsualDuration::duration));
  }
}
