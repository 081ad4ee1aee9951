package dev.metronome.model.schedule;

import dev.metronome.model.record.Lane;
import dev.metronome.model.traffic.LaneRule;
import dev.metronome.model.traffic.WhenBusy;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The lanes that patterns name, put together. Immutable.
 *
 * <p><i>Guarantees:</i> where patterns contradict each other, the lowest limit counts, and an event
 * waits rather than being dropped.
 */
final class LaneRules {
  private final Map<String, List<EventLane>> events;
  private final Map<String, Lane> lanes;

  LaneRules(Collection<Pattern> patterns) {
    this.events =
        patterns.stream()
            .flatMap(it -> it.events().values().stream())
            .filter(it -> it.lane().isPresent())
            .collect(
                Collectors.groupingBy(
                    EventDefinition::name,
                    LinkedHashMap::new,
                    Collectors.mapping(it -> it.lane().orElseThrow(), Collectors.toList())));
    Map<String, Optional<Integer>> limits = new LinkedHashMap<>();
    limits.put(Lane.COMMON.name(), Optional.empty());
    events.values().stream()
        .flatMap(List::stream)
        .forEach(it -> limits.merge(it.name(), it.limit(), LaneRules::lowest));
    this.lanes = new LinkedHashMap<>();
    limits.forEach((name, limit) -> lanes.put(name, new Lane(name, limit.orElse(1))));
  }

  private static Optional<Integer> lowest(Optional<Integer> one, Optional<Integer> other) {
    return Stream.of(one, other).flatMap(Optional::stream).min(Integer::compare);
  }

  /** The common one, and then those that events name, in the order of the files. */
  List<Lane> all() {
    return List.copyOf(lanes.values());
  }

  /** The common one for an event that names none, or two. */
  LaneRule of(String event) {
    List<EventLane> said = events.getOrDefault(event, List.of());
    if (said.isEmpty() || objection(event).isPresent()) {
      return LaneRule.COMMON;
    }
    Set<WhenBusy> whenBusy =
        said.stream().flatMap(it -> it.whenBusy().stream()).collect(Collectors.toSet());
    return new LaneRule(
        lanes.get(said.get(0).name()),
        whenBusy.size() == 1 ? whenBusy.iterator().next() : WhenBusy.QUEUE);
  }

  /** That an event is put into two lanes, as the end of a sentence that begins with it. */
  Optional<String> objection(String event) {
    List<EventLane> said = events.getOrDefault(event, List.of());
    return said.stream()
        .filter(it -> !it.name().equals(said.get(0).name()))
        .findFirst()
        .map(
            it ->
                "is put into the lane %s (%s) and into the lane %s (%s)"
                    .formatted(
                        Shown.text(said.get(0).name()),
                        said.get(0).position(),
                        Shown.text(it.name()),
                        it.position()));
  }
}
