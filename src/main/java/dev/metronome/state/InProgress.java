package dev.metronome.state;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is in progress, and what of it a newer agent wrote: one request, and one for each event.
 *
 * @param events in the order in which they began
 */
record InProgress(List<PlanInProgress> events, List<LeftAlone> newer) {

  static InProgress read(ConsulConnection connection, Keys keys) {
    List<Entry> slots = connection.list(keys.progressQueue()).value();
    List<Entry> claims = new ArrayList<>();
    plans(slots, keys).forEach(plan -> claims.addAll(connection.list(keys.claims(plan)).value()));
    return of(slots, claims, keys);
  }

  /**
   * @param slots everything below the progress queue's prefix
   * @param claimed the claims of their epochs, and perhaps others
   */
  static InProgress of(List<Entry> slots, List<Entry> claimed, Keys keys) {
    List<PlanInProgress> events =
        plans(slots, keys).stream()
            .map(plan -> new PlanInProgress(plan, claims(plan, claimed, keys)))
            .toList();
    Stream<Entry> claims = events.stream().flatMap(event -> event.claims().values().stream());
    return new InProgress(
        events, ReadableRecords.newer(Stream.concat(occupied(slots, keys), claims).toList()));
  }

  private static Map<String, Entry> claims(Plan plan, List<Entry> claimed, Keys keys) {
    String prefix = keys.claims(plan);
    Map<String, Entry> claims = new HashMap<>();
    claimed.stream()
        .filter(entry -> entry.key().startsWith(prefix))
        .forEach(entry -> claims.put(entry.key().substring(prefix.length()), entry));
    return claims;
  }

  /** The plans of the events in progress, in the order in which these began. */
  static List<Plan> plans(List<Entry> slots, Keys keys) {
    return occupied(slots, keys)
        .flatMap(entry -> ReadableRecords.read(entry, Plan.class).stream())
        .sorted(Comparator.comparing(Plan::startedAt).thenComparing(Plan::slot))
        .toList();
  }

  private static Stream<Entry> occupied(List<Entry> slots, Keys keys) {
    return slots.stream()
        .filter(entry -> Slot.name(keys, entry.key(), entry.value()).isPresent())
        .filter(entry -> !Slot.isVacant(entry.value()));
  }

  /** For people; the leader's own limits tell until when they wait. */
  List<ClusterView.Running> views(Optional<Lead> lead) {
    return events.stream().map(event -> event.view(lead, node -> elsewhere(event, node))).toList();
  }

  /** What a node is at of another event than this: it does one task at a time. */
  private Optional<NodeView.Doing> elsewhere(PlanInProgress event, String node) {
    return events.stream()
        .filter(other -> !other.plan().slot().equals(event.plan().slot()))
        .flatMap(other -> other.occupying(node).stream())
        .findFirst();
  }

  /** What a node has to do now: what it is at, then what it has taken on for later. */
  List<NodeView.Doing> doing(String node) {
    return events.stream()
        .flatMap(event -> event.doing(node).stream())
        .sorted(Comparator.comparing(doing -> doing.status() != State.INPROGRESS))
        .toList();
  }
}
