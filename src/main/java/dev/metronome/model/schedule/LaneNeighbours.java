package dev.metronome.model.schedule;

import dev.metronome.model.record.Lane;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which lanes have events for the same nodes, as far as their filters name services. */
final class LaneNeighbours {
  private final LaneRules rules;
  private final Map<String, Reach> events = new LinkedHashMap<>();

  /**
   * @param outer what templates stand for besides the patterns' own variables
   */
  LaneNeighbours(Collection<Pattern> patterns, LaneRules rules, Variables outer) {
    this.rules = rules;
    for (Pattern pattern : rules.all().size() == 1 ? List.<Pattern>of() : patterns) {
      Variables variables = outer.with(VariableSource.TASK_FILE, pattern.variables());
      for (EventDefinition event : pattern.events().values()) {
        if (rules.objection(event.name()).isEmpty()) {
          Reach reach = events.computeIfAbsent(event.name(), it -> new Reach());
          event.steps().forEach(step -> reach.add(step, variables));
        }
      }
    }
  }

  /** The nodes that an event is for. */
  private static final class Reach {
    /** Consul does not tell letters by their case. */
    private final Set<String> services = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    private boolean everywhere;

    void add(OrderedTask step, Variables variables) {
      Optional<String> service = step.filter().flatMap(Filter::service);
      service.map(text -> resolved(text, variables)).ifPresent(services::add);
      everywhere |= service.isEmpty() && step.approval().isEmpty();
    }

    private static String resolved(String text, Variables variables) {
      try {
        return variables.resolve(text);
      } catch (VariableCycleException e) {
        return text; // the reader names it
      }
    }

    /** Empty if they share nothing; no service if each is for every node. */
    Optional<Set<String>> shared(Reach other) {
      Set<String> shared = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
      shared.addAll(services);
      shared.addAll(other.services);
      shared.removeIf(it -> !isFor(it) || !other.isFor(it));
      return Optional.of(shared).filter(it -> !it.isEmpty() || (everywhere && other.everywhere));
    }

    private boolean isFor(String service) {
      return everywhere || services.contains(service);
    }
  }

  /** Those of the lane that an event begins in, as far as the event itself goes. */
  List<LaneNeighbour> of(String event) {
    if (!events.containsKey(event)) {
      return List.of();
    }
    List<LaneNeighbour> neighbours = new ArrayList<>();
    for (Lane lane : rules.all()) {
      if (!lane.equals(rules.of(event).lane())) {
        between(Set.of(event), lane.name()).ifPresent(neighbours::add);
      }
    }
    return neighbours;
  }

  /** What some events share with those of a lane. */
  private Optional<LaneNeighbour> between(Collection<String> own, String lane) {
    Set<String> services = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    List<String> others = new ArrayList<>();
    for (String other : in(lane)) {
      for (String event : own) {
        Optional<Set<String>> shared = events.get(event).shared(events.get(other));
        shared.ifPresent(services::addAll);
        if (shared.isPresent() && !others.contains(other)) {
          others.add(other);
        }
      }
    }
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of(new LaneNeighbour(lane, List.copyOf(services), others));
  }

  private List<String> in(String lane) {
    return events.keySet().stream()
        .filter(event -> rules.of(event).lane().name().equals(lane))
        .toList();
  }

  /**
   * Warns of each two lanes that share services, at an event of the second one.
   *
   * @param drafts what has been read, with where to report; a mistake in a lane would bring an
   *     untrue warning, so those with one are passed over
   */
  static void check(List<Draft> drafts, Variables outer) {
    List<Draft> usable = drafts.stream().filter(it -> !it.isBroken()).toList();
    List<Pattern> patterns = usable.stream().flatMap(it -> it.usable().stream()).toList();
    LaneRules rules = new LaneRules(patterns);
    LaneNeighbours neighbours = new LaneNeighbours(patterns, rules, outer);
    List<Lane> lanes = rules.all();
    for (int second = 1; second < lanes.size(); second++) {
      for (Lane first : lanes.subList(0, second)) {
        neighbours.check(first.name(), lanes.get(second).name(), usable);
      }
    }
  }

  private void check(String first, String second, List<Draft> drafts) {
    Optional<LaneNeighbour> shared = between(in(first), second);
    shared.ifPresent(
        it ->
            report(
                it.events(),
                drafts,
                ("the lanes %s (%s) and %s (%s) share %s: their tasks may run side by side on one"
                        + " cluster of nodes; a node runs one at a time")
                    .formatted(
                        Shown.text(first),
                        Shown.list(between(it.events(), first).orElseThrow().events()),
                        Shown.text(second),
                        Shown.list(it.events()),
                        Shown.plain(it.shared()))));
  }

  private static void report(List<String> events, List<Draft> drafts, String message) {
    for (Draft draft : drafts) {
      Map<String, EventDefinition> here = draft.pattern().orElseThrow().events();
      Optional<EventLane> lane =
          events.stream()
              .filter(here::containsKey)
              .flatMap(it -> here.get(it).lane().stream())
              .findFirst();
      if (lane.isPresent()) {
        draft.findings().warning(lane.get().position(), message);
        return;
      }
    }
  }
}
