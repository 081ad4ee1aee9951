package dev.metronome.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.Held;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.Limit;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
 * @param running the event in progress
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
    Optional<Running> running,
    List<LeftAlone> newer,
    int quarantined) {
  public ClusterView {
    agents = List.copyOf(agents);
    faults = new TreeMap<>(faults);
    original = List.copyOf(original);
    held = List.copyOf(held);
    frozen = List.copyOf(frozen);
    newer = List.copyOf(newer);
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
   * The event in progress, and where it is.
   *
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
