package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * How far a dispatched event is.
 *
 * @param current NO of the head task
 * @param openedAt when the head task was opened; absent while it waits for a node that matches
 * @param targets the nodes that must run the head task, frozen when it opened; of one in batches
 *     those of the batches that are open
 * @param batch the newest that is open; absent if all its nodes run it at once
 * @param later the batches that are not open yet, frozen too
 * @param succeeded whether any earlier task ended as success
 * @param cancelled that somebody wants it to end; it then ends so, whatever its tasks come to
 * @param traceparent of the event's own span; absent unless the leader that planned it traces
 * @param epoch that the claims of the head task stand in; absent before the first is opened
 * @param leftOut the nodes that the head task is for and that do not run it
 * @param leftOutBefore which parts of the event are not in it, and a sentence for each earlier task
 *     that left nodes out, the first few
 * @param taken on which nodes tasks were at work that can be taken back
 * @param ending absent as long as it is at the ordered tasks
 * @param gate how the open head task stands to its gate of health; absent if it has none
 * @param failedBefore the first task that has failed and was gone on after; absent if none has
 */
record Stage(
    int current,
    Optional<Instant> openedAt,
    List<String> targets,
    Optional<BatchPlace> batch,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<List<String>> later,
    boolean succeeded,
    Optional<Cancellation> cancelled,
    Optional<String> traceparent,
    Optional<Long> epoch,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<LeftOut> leftOut,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> leftOutBefore,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Taken> taken,
    Optional<Ending> ending,
    Optional<GateState> gate,
    Optional<FailedBefore> failedBefore) {

  Stage {
    openedAt = openedAt == null ? Optional.empty() : openedAt;
    targets = targets == null ? List.of() : List.copyOf(targets);
    batch = batch == null ? Optional.empty() : batch;
    later = later == null ? List.of() : later.stream().map(List::copyOf).toList();
    cancelled = cancelled == null ? Optional.empty() : cancelled;
    traceparent = traceparent == null ? Optional.empty() : traceparent;
    epoch = epoch == null ? Optional.empty() : epoch;
    leftOut = leftOut == null ? List.of() : LeftOut.bounded(leftOut);
    leftOutBefore = leftOutBefore == null ? List.of() : List.copyOf(leftOutBefore);
    taken = taken == null ? List.of() : List.copyOf(taken);
    ending = ending == null ? Optional.empty() : ending;
    gate = gate == null ? Optional.empty() : gate;
    failedBefore = failedBefore == null ? Optional.empty() : failedBefore;
  }

  /** The task waits; nothing has been done before. */
  static Stage at(int first, List<String> leftOut) {
    return new Stage(
        first,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        List.of(),
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        leftOut,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * @param batches of nodes, at least one
   */
  Stage open(Instant at, List<List<String>> batches, List<LeftOut> without) {
    boolean one = batches.size() == 1;
    return new Stage(
        current,
        Optional.of(at),
        batches.get(0),
        one
            ? Optional.empty()
            : Optional.of(BatchPlace.first(batches.size(), batches.get(0).size(), at)),
        batches.subList(1, batches.size()),
        succeeded,
        cancelled,
        traceparent,
        epoch,
        without,
        leftOutBefore,
        taken,
        ending,
        gate,
        failedBefore);
  }

  /** Open, but none of these batches is yet. */
  Stage openBefore(Instant at, List<List<String>> batches, List<LeftOut> without) {
    return new Stage(
        current,
        Optional.of(at),
        List.of(),
        Optional.empty(),
        batches,
        succeeded,
        cancelled,
        traceparent,
        epoch,
        without,
        leftOutBefore,
        taken,
        ending,
        gate,
        failedBefore);
  }

  /** Whether its first batch is still to be opened. */
  private boolean isBeforeFirst() {
    return targets.isEmpty();
  }

  private Optional<BatchPlace> nextBatch(Instant at) {
    int size = later.get(0).size();
    return isBeforeFirst() && later.size() > 1
        ? Optional.of(BatchPlace.first(later.size(), size, at))
        : batch.map(place -> place.next(size, at));
  }

  /** With its next batch open too. */
  Stage openBatch(Instant at) {
    return new Stage(
        current,
        openedAt,
        Stream.concat(targets.stream(), later.get(0).stream()).toList(),
        nextBatch(at),
        later.subList(1, later.size()),
        succeeded,
        cancelled,
        traceparent,
        epoch,
        leftOut,
        leftOutBefore,
        taken,
        ending,
        gate.map(GateState::next),
        failedBefore);
  }

  Stage gated(Optional<GateState> state) {
    return new Stage(
        current,
        openedAt,
        targets,
        batch,
        later,
        succeeded,
        cancelled,
        traceparent,
        epoch,
        leftOut,
        leftOutBefore,
        taken,
        ending,
        state,
        failedBefore);
  }

  /** Those of the targets that have taken the head task, as its batches were opened. */
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

  /** Another task is its head, waiting. */
  Stage to(int no, boolean success, List<String> told) {
    return at(no, told)
        .with(succeeded || success, cancelled, traceparent, epoch)
        .with(taken, ending)
        .failing(failedBefore);
  }

  /** With what has failed so far. */
  Stage failing(Optional<FailedBefore> first) {
    return new Stage(
        current,
        openedAt,
        targets,
        batch,
        later,
        succeeded,
        cancelled,
        traceparent,
        epoch,
        leftOut,
        leftOutBefore,
        taken,
        ending,
        gate,
        first);
  }

  /** What is known of its nodes stands in it, but not what of all may be taken back. */
  Ending end(Outcome outcome) {
    return new Ending(outcome, List.of(), with(List.of(), Optional.empty()).uncancelled());
  }

  private Stage uncancelled() {
    return with(succeeded, Optional.empty(), traceparent, epoch);
  }

  Stage with(List<Taken> nodes, Optional<Ending> end) {
    return new Stage(
        current,
        openedAt,
        targets,
        batch,
        later,
        succeeded,
        cancelled,
        traceparent,
        epoch,
        leftOut,
        leftOutBefore,
        nodes,
        end,
        gate,
        failedBefore);
  }

  Stage cancel(Cancellation wanted) {
    return with(succeeded, Optional.of(wanted), traceparent, epoch);
  }

  Stage traced(Optional<String> place) {
    return with(succeeded, cancelled, place, epoch);
  }

  Stage in(long now) {
    return with(succeeded, cancelled, traceparent, Optional.of(now));
  }

  private Stage with(
      boolean success, Optional<Cancellation> wanted, Optional<String> place, Optional<Long> in) {
    return new Stage(
        current,
        openedAt,
        targets,
        batch,
        later,
        success,
        wanted,
        place,
        in,
        leftOut,
        leftOutBefore,
        taken,
        ending,
        gate,
        failedBefore);
  }
}
