package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a task with a {@link HealthGate} stands to it.
 *
 * @param failed the numbers of the batches whose gates have failed; 0 is the one before the first
 * @param why the first of them has failed; absent while none has
 * @param waiting absent while nodes are at work
 * @param ended the newest that have ended, the last one last
 */
public record GateState(
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Integer> failed,
    Optional<String> why,
    Optional<GateWait> waiting,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<EndedGate> ended) {

  /** As many are told of: a task may have a batch for each of a thousand nodes. */
  static final int MOST = 100;

  /** While its first batch is at work. */
  static final GateState BEFORE =
      new GateState(List.of(), Optional.empty(), Optional.empty(), List.of());

  public GateState {
    failed = failed == null ? List.of() : List.copyOf(failed);
    why = why == null ? Optional.empty() : why;
    waiting = waiting == null ? Optional.empty() : waiting;
    ended = ended == null ? List.of() : List.copyOf(ended);
  }

  /** How many have failed. */
  @JsonIgnore
  public int failures() {
    return failed.size();
  }

  /** Why they have failed, the first one first, as far as it is still told. */
  @JsonIgnore
  public List<String> reasons() {
    List<String> told =
        ended.stream()
            .filter(gate -> gate.status() == Status.ERROR && failed.contains(gate.batch()))
            .flatMap(gate -> gate.message().stream())
            .toList();
    return Stream.concat(why.stream(), told.stream()).distinct().toList();
  }

  /** With another batch open. */
  GateState next() {
    return new GateState(failed, why, Optional.empty(), ended);
  }

  GateState waiting(Instant until, Instant since, Optional<String> what) {
    return new GateState(failed, why, Optional.of(new GateWait(until, since, what)), ended);
  }

  GateState failed(int batch, String reason) {
    return new GateState(
        Stream.concat(failed.stream(), Stream.of(batch)).toList(),
        why.or(() -> Optional.of(reason)),
        waiting,
        ended);
  }

  GateState ended(EndedGate gate) {
    List<EndedGate> before = ended.subList(Math.max(0, ended.size() + 1 - MOST), ended.size());
    return new GateState(
        failed, why, waiting, Stream.concat(before.stream(), Stream.of(gate)).toList());
  }
}
