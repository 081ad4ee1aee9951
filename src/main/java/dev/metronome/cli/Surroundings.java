package dev.metronome.cli;

import dev.metronome.cli.picture.FullScreen;
import dev.metronome.cli.picture.Seconds;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.state.ClusterView;
import dev.metronome.state.EventQuery;
import dev.metronome.state.EventSummary;
import dev.metronome.state.EventView;
import dev.metronome.state.QueueView;
import dev.metronome.state.State;
import dev.metronome.state.UsualDuration;
import dev.metronome.state.Viewer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code watch} shows beside the event that it follows: what waits, and the events that have
 * ended last, a failed one with the command that says more. Not thread-safe.
 */
final class Surroundings {
  private static final int ENDED = 5;
  private static final int WAITING = 3;

  /** A longer queue is only counted. */
  private static final int QUEUE = 256;

  private static final Duration PACE = Duration.ofSeconds(2);

  private final Viewer viewer;
  private final Clock clock;
  private final Map<String, Optional<Duration>> usual = new HashMap<>();
  private final Deque<EventSummary> ended = new ArrayDeque<>();
  private Optional<QueueView> queue = Optional.empty();
  private List<ClusterView.Running> running = List.of();
  private boolean looked;
  private long dueNanos = System.nanoTime();

  Surroundings(Viewer viewer, Clock clock) {
    this.viewer = viewer;
    this.clock = clock;
  }

  /** It has ended, and another is going to be shown. */
  void ended(EventView event) {
    usual.remove(event.id());
    ended.removeIf(known -> known.id().equals(event.id()));
    ended.addFirst(event.event());
    if (ended.size() > ENDED) {
      ended.removeLast();
    }
  }

  /** How long the whole event takes as a rule, as far as it is known when it is first asked for. */
  Optional<Duration> usual(EventSummary event) {
    if (event.retryOf().isPresent() || event.limit().isPresent()) {
      return Optional.empty();
    }
    try {
      return usual.computeIfAbsent(
          event.id(), id -> viewer.usual(event.name()).map(UsualDuration::duration));
    } catch (ConsulUnavailableException e) {
      return Optional.empty();
    }
  }

  /**
   * What is in progress beside it, what waits, the first first; then what has ended, the last
   * first; but for the one shown.
   */
  List<FullScreen.Row> rows(Optional<EventView> shown) {
    if (System.nanoTime() - dueNanos >= 0) {
      dueNanos = System.nanoTime() + PACE.toNanos();
      try {
        look();
      } catch (ConsulUnavailableException e) {
        // the picture says so, and the next look tries again
      }
    }
    List<FullScreen.Row> rows = new ArrayList<>();
    running.stream()
        .filter(event -> shown.filter(it -> it.id().equals(event.id())).isEmpty())
        .forEach(event -> rows.add(new FullScreen.Row(State.INPROGRESS, line(event))));
    rows.addAll(queue.map(this::waiting).orElse(List.of()));
    ended.stream()
        .filter(event -> shown.filter(it -> it.id().equals(event.id())).isEmpty())
        .forEach(event -> rows.add(new FullScreen.Row(event.status(), line(event))));
    return rows;
  }

  private void look() {
    if (!looked) {
      EnumSet<State> ends = EnumSet.allOf(State.class);
      ends.removeIf(state -> !state.isFinal());
      viewer.events(new EventQuery(ends, Optional.empty(), ENDED)).events().stream()
          .limit(ENDED - (long) ended.size())
          .forEach(ended::addLast);
      looked = true;
    }
    queue = Optional.of(viewer.queue(QUEUE));
    running = viewer.inProgress();
  }

  private String line(ClusterView.Running event) {
    return event.name()
        + " "
        + Cluster.shortened(event.id())
        + " in lane "
        + event.lane()
        + ": task "
        + event.task().title()
        + " of "
        + event.tasks()
        + ", for "
        + Seconds.of(Duration.between(event.startedAt(), clock.instant()));
  }

  private static String line(EventSummary event) {
    String id = Cluster.shortened(event.id());
    return event.name()
        + " "
        + id
        + event.finishedAt().map(at -> " at " + TextOutput.local(at)).orElse("")
        + Seconds.between(event.startedAt(), event.finishedAt())
        + (event.status().isFailure() ? "; metronome show " + id : "")
        + (event.given().isEmpty() ? "" : "; with " + event.given()); // what is cut if it is long
  }

  private List<FullScreen.Row> waiting(QueueView waits) {
    Instant now = clock.instant();
    List<String> lines =
        waits.events().stream()
            .limit(WAITING)
            .map(event -> waiting(event, now) + lane(waits, event))
            .toList();
    int more = waits.waiting() - lines.size();
    return Stream.concat(
            lines.stream(),
            more > 0
                ? Stream.of(lines.isEmpty() ? more + " events wait" : "and " + more + " more wait")
                : Stream.empty())
        .map(line -> new FullScreen.Row(State.QUEUED, line))
        .collect(Collectors.toList());
  }

  private static String lane(QueueView waits, EventSummary event) {
    return waits.lanes().isEmpty() ? "" : " for lane " + waits.lane(event);
  }

  private static String waiting(EventSummary event, Instant now) {
    String given = event.given().isEmpty() ? "" : " with " + event.given();
    return event.name()
        + " "
        + Cluster.shortened(event.id())
        + given
        + event.by().map(by -> " by " + by).orElse("")
        + event.acceptedAt().map(at -> ", for " + Seconds.of(Duration.between(at, now))).orElse("");
  }
}
