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
 */
public record GateState(
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Integer> failed,
    Optional<String> why,
    Optional<GateWait> waiting) {

  /** While its first batch is at work. */
  static final GateState BEFORE = new GateState(List.of(), Optional.empty(), Optional.empty());

  public GateState {
    failed = failed == null ? List.of() : List.copyOf(failed);
    why = why == null ? Optional.empty() : why;
    waiting = waiting == null ? Optional.empty() : waiting;
  }

  /** How many have failed. */
  @JsonIgnore
  public int failures() {
    return failed.size();
  }

  /** With another batch open. */
  GateState next() {
    return new GateState(failed, why, Optional.empty());
  }

  GateState waiting(Instant until, Instant since, Optional<String> what) {
    return new GateState(failed, why, Optional.of(new GateWait(until, since, what)));
  }

  GateState failed(int batch, String reason) {
    return new GateState(
        Stream.concat(failed.stream(), Stream.of(batch)).toList(),
        why.or(() -> Optional.of(reason)),
        waiting);
  }
}
