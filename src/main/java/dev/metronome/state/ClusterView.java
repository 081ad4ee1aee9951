package dev.metronome.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.Held;
import dev.metronome.model.record.Lane;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.Limit;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The cluster at one moment.
 *
 * @param leader absent while nobody leads
 * @param agents names of the nodes whose agents live
 * @param faults why task files cannot be used as they are now, by node and pattern; only of nodes
 *     that have such
 * @param original what the leader has found of the original, so that events wait; a sentence
 * @param held events, and items of other queues, that a route fails on again and again
 * @param frozen what is not to begin
 * @param lanes those that the leader's task files name, the common one too; none if there is but
 *     that
 * @param running the event that has been in progress longest
 * @param beside the others that are in progress, in other lanes or beside it in its own
 * @param newer what a newer agent wrote of it, so that this version does not know it
 * @param quarantined how many unreadable records were set aside
 */
public record ClusterView(
    Instant at,
    Optional<Leader> leader,
    List<String> agents,
    Map<String, Map<String, String>> faults,
    List<String> original,
    List<Held> held,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Freeze> frozen,
    QueueView queue,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Lane> lanes,
    Optional<Running> running,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Running> beside,
    List<LeftAlone> newer,
    int quarantined) {
  public ClusterView {
    agents = List.copyOf(agents);
    faults = new TreeMap<>(faults);
    original = List.copyOf(original);
    held = List.copyOf(held);
    frozen = List.copyOf(frozen);
    lanes = List.copyOf(lanes);
    beside = List.copyOf(beside);
    newer = List.copyOf(newer);
  }

  /** All that is in progress, in the order in which it began. */
  public List<Running> inProgress() {
    return Stream.concat(running.stream(), beside.stream()).toList();
  }

  /** Those that the leader's task files name by events, and the common one. */
  static List<Lane> lanes(Map<String, Lane> byEvent) {
    return byEvent.isEmpty()
        ? List.of()
        : Stream.concat(Stream.of(Lane.COMMON), new TreeSet<>(byEvent.values()).stream())
            .distinct()
            .toList();
  }

  /**
   * Who leads.
   *
   * @param incarnation the very process: node, start time, random part
   */
  public record Leader(String node, String incarnation) {
    static Leader of(Lead lead) {
      return new Leader(lead.node(), lead.incarnation());
    }
  }

  /**
   * An event in progress, and where it is.
   *
   * @param lane in which it is
   * @param tasks how many it has
   * @param task the head task, with every target
   * @param openedAt when that was opened; absent while it waits for a node that matches
   * @param cancelled that it is being ended
   * @param limit the only nodes that it may run on, if its sender said so
   * @param params what it came with, secrets masked, long ones cut
   */
  public record Running(
      @JsonProperty("ID") String id,
      String name,
      String lane,
      Instant startedAt,
      Optional<String> by,
      int tasks,
      TaskView task,
      Optional<Instant> openedAt,
      Optional<Cancellation> cancelled,
      Optional<Limit> limit,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> params) {

    /** What it came with, for people; may be empty. */
    public String given() {
      return EventSummary.given(params, limit);
    }
  }
}
