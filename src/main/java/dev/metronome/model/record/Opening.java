package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * How the head task of a plan is brought to its nodes: it is over with the task.
 *
 * @param openedAt absent while the task waits for a node that matches
 * @param targets the nodes that must run it, frozen when it opened; of one in batches those of the
 *     batches that are open
 * @param batch the newest that is open; absent if all its nodes run it at once
 * @param later the batches that are not open yet, frozen too
 * @param gate how it stands to its gate of health; absent if it has none
 * @param ended the first of the targets, whose batches have ended; absent if none has
 * @param voting absent unless it is an approval
 */
record Opening(
    Optional<Instant> openedAt,
    List<String> targets,
    Optional<BatchPlace> batch,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<List<String>> later,
    Optional<GateState> gate,
    Optional<EndedNodes> ended,
    Optional<Voting> voting) {

  /** The task is not open yet. */
  static final Opening NONE =
      new Opening(
          Optional.empty(),
          List.of(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  Opening {
    openedAt = openedAt == null ? Optional.empty() : openedAt;
    targets = targets == null ? List.of() : List.copyOf(targets);
    batch = batch == null ? Optional.empty() : batch;
    later = later == null ? List.of() : later.stream().map(List::copyOf).toList();
    gate = gate == null ? Optional.empty() : gate;
    ended = ended == null ? Optional.empty() : ended;
    voting = voting == null ? Optional.empty() : voting;
    if (ended.map(EndedNodes::nodes).orElse(0) > targets.size()) {
      throw new IllegalArgumentException("more nodes have ended than there are");
    }
  }

  /** None of these batches is open yet. */
  static Opening before(Instant at, List<List<String>> batches, Optional<GateState> gate) {
    return new Opening(
        Optional.of(at),
        List.of(),
        Optional.empty(),
        batches,
        gate,
        Optional.empty(),
        Optional.empty());
  }

  /** An approval is: nobody has voted yet. */
  static Opening asking(Instant at, Instant until) {
    return before(at, List.of(), Optional.empty()).voting(new Voting(until, List.of()));
  }

  Opening voting(Voting now) {
    return new Opening(openedAt, targets, batch, later, gate, ended, Optional.of(now));
  }

  /**
   * The first of these batches is open.
   *
   * @param batches of nodes, at least one
   */
  static Opening of(Instant at, List<List<String>> batches, Optional<GateState> gate) {
    return before(at, batches, gate).next(at, EndedNodes.NONE);
  }

  /**
   * With its next batch open too.
   *
   * @param before the targets so far
   */
  Opening next(Instant at, EndedNodes before) {
    return new Opening(
        openedAt,
        Stream.concat(targets.stream(), later.get(0).stream()).toList(),
        nextPlace(at),
        later.subList(1, later.size()),
        gate.map(GateState::next),
        Optional.of(before).filter(some -> some.nodes() > 0),
        voting);
  }

  private Optional<BatchPlace> nextPlace(Instant at) {
    int size = later.get(0).size();
    return targets.isEmpty() && later.size() > 1
        ? Optional.of(BatchPlace.first(later.size(), size, at))
        : batch.map(place -> place.next(size, at));
  }

  Opening gated(GateState state) {
    return new Opening(openedAt, targets, batch, later, Optional.of(state), ended, voting);
  }

  /** Those of the targets that have taken the task, as its batches were opened. */
  List<List<String>> batches(Predicate<String> tookIt) {
    List<Integer> sizes = batch.map(BatchPlace::sizes).orElse(List.of());
    List<List<String>> batches = new ArrayList<>();
    int from = 0;
    for (int size : sizes.isEmpty() ? List.of(targets.size()) : sizes) {
      List<String> nodes = targets.subList(from, Math.min(from + size, targets.size()));
      batches.add(nodes.stream().filter(tookIt).toList());
      from += nodes.size();
    }
    batches.removeIf(List::isEmpty);
    return batches;
  }
}
