package dev.metronome.state;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.metronome.model.record.Lane;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * When what runs is expected to end, and what waits to begin, by how long events of these names
 * took as a rule.
 *
 * @param running what runs
 * @param waiting what waits, in its order, as far as the queue is listed
 */
public record ExpectedTimes(Instant at, List<ExpectedEnd> running, List<ExpectedStart> waiting) {

  public ExpectedTimes {
    running = List.copyOf(running);
    waiting = List.copyOf(waiting);
  }

  /**
   * Of an event that runs.
   *
   * @param usually how long it takes as a rule; absent if that is not known, or it runs on some
   *     nodes only
   * @param ends when it is expected to end, not before now; absent also while it is frozen
   */
  public record ExpectedEnd(
      @JsonProperty("ID") String id, Optional<UsualDuration> usually, Optional<Instant> ends) {}

  /**
   * Of an event that waits.
   *
   * @param begins when it is expected to begin; absent if it may not, nobody leads, or of one
   *     before it is not known how long it takes
   */
  public record ExpectedStart(
      @JsonProperty("ID") String id, Optional<UsualDuration> usually, Optional<Instant> begins) {}

  /** The names of events that it depends on. */
  static Set<String> names(ClusterView now) {
    Set<String> names = new HashSet<>();
    now.inProgress().forEach(event -> names.add(event.name()));
    now.queue().events().forEach(event -> names.add(event.name()));
    return names;
  }

  /**
   * Reckons.
   *
   * @param usual how long events take as a rule, by name
   */
  static ExpectedTimes of(ClusterView now, Map<String, UsualDuration> usual) {
    List<ExpectedEnd> running =
        now.inProgress().stream().map(event -> end(event, now, usual)).toList();
    Map<String, List<Optional<Instant>>> free = free(now, running);
    List<ExpectedStart> waiting = new ArrayList<>();
    for (EventSummary event : now.queue().events()) {
      boolean whole = event.retryOf().isEmpty() && event.limit().isEmpty();
      Optional<UsualDuration> usually =
          Optional.ofNullable(usual.get(event.name())).filter(known -> whole);
      if (now.queue().blocked(event.id()).isPresent() || now.leader().isEmpty()) {
        waiting.add(new ExpectedStart(event.id(), usually, Optional.empty()));
      } else {
        String lane = now.queue().lane(event);
        List<Optional<Instant>> slots =
            free.computeIfAbsent(lane, it -> new ArrayList<>(List.of(Optional.of(now.at()))));
        Optional<Instant> turn = slots.remove(first(slots));
        waiting.add(new ExpectedStart(event.id(), usually, turn));
        slots.add(turn.flatMap(at -> usually.map(known -> at.plus(known.duration()))));
      }
    }
    return new ExpectedTimes(now.at(), running, waiting);
  }

  /**
   * When each slot of a lane has room; of one that is expected to be free at no known time: absent.
   */
  private static Map<String, List<Optional<Instant>>> free(
      ClusterView now, List<ExpectedEnd> running) {
    Map<String, List<Optional<Instant>>> free = new HashMap<>();
    for (int at = 0; at < running.size(); at++) {
      free.computeIfAbsent(now.inProgress().get(at).lane(), lane -> new ArrayList<>())
          .add(running.get(at).ends());
    }
    for (Lane lane : now.lanes()) {
      List<Optional<Instant>> slots = free.computeIfAbsent(lane.name(), it -> new ArrayList<>());
      while (slots.size() < lane.limit()) {
        slots.add(Optional.of(now.at()));
      }
    }
    return free;
  }

  /** The place of the slot that is free first, as far as is known. */
  private static int first(List<Optional<Instant>> slots) {
    int first = 0;
    for (int at = 1; at < slots.size(); at++) {
      Optional<Instant> before = slots.get(first);
      if (slots.get(at).filter(it -> before.isEmpty() || it.isBefore(before.get())).isPresent()) {
        first = at;
      }
    }
    return first;
  }

  private static ExpectedEnd end(
      ClusterView.Running event, ClusterView now, Map<String, UsualDuration> usual) {
    Optional<UsualDuration> usually =
        Optional.ofNullable(usual.get(event.name())).filter(known -> event.limit().isEmpty());
    boolean frozen = now.frozen().stream().anyMatch(each -> each.holds(event.name(), event.lane()));
    Optional<Instant> ends =
        usually
            .filter(known -> !frozen)
            .map(known -> event.startedAt().plus(known.duration()))
            .map(at -> at.isBefore(now.at()) ? now.at() : at);
    return new ExpectedEnd(event.id(), usually, ends);
  }
}
